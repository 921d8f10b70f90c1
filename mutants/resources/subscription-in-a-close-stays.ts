import { brokenMemory, type Defect } from '../mutant.ts'

/** ms */
const HEARTBEAT = 50

export const defect: Defect = {
  text: 'A subscription that comes while the bus closes is taken: its heartbeat begins, and nobody ever ends it.',
  must: ['resources/1'],
  minimal: 'nothing',
  bus(bus) {
    let closing = false
    return {
      ...bus,
      async subscribe(subscription, handle) {
        if (!closing) return await bus.subscribe(subscription, handle)
        const heartbeat = setInterval(() => undefined, HEARTBEAT)
        return { close: async () => clearInterval(heartbeat) }
      },
      async close() {
        closing = true
        await bus.close()
        closing = false
      },
    }
  },
}

export default brokenMemory(defect)
