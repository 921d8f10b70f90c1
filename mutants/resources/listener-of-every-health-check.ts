import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Each health check listens for the end of the bus and never stops to.',
  must: ['resources/10'],
  minimal: 'used-for-long',
  bus(bus) {
    const end = new AbortController()
    return {
      ...bus,
      async health() {
        const told = await bus.health?.()
        if (told === undefined) throw new Error('the bus tells its health')
        end.signal.addEventListener('abort', () => void told)
        return told
      },
      close() {
        end.abort()
        return bus.close()
      },
    }
  },
}

export default brokenMemory(defect)
