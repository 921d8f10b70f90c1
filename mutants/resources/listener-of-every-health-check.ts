import { tellingHealth } from '../health-parts.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Each health check listens for the end of the bus and never stops to.',
  must: ['resources/10'],
  minimal: 'used-for-long',
  bus(bus) {
    const end = new AbortController()
    const told = tellingHealth((given) => {
      end.signal.addEventListener('abort', () => void given)
      return given
    })(bus)
    return {
      ...told,
      close() {
        end.abort()
        return bus.close()
      },
    }
  },
}

export default brokenMemory(defect)
