import { isClosed, tellingHealth, withComponents } from '../health-parts.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A bus stays ready until its close has ended.',
  must: ['health/3'],
  minimal: 'closed-at-a-message',
  bus(bus) {
    let hasClosed = false
    const told = tellingHealth((given) =>
      isClosed(given) && !hasClosed
        ? withComponents(given, (one) => ({ ...one, status: 'healthy', message: 'it is connected' }))
        : given,
    )(bus)
    return {
      ...told,
      async close() {
        await bus.close()
        hasClosed = true
      },
    }
  },
}

export default brokenMemory(defect)
