import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A publish that comes while the bus closes waits for a connection that nobody opens any more.',
  must: ['fail-fast/7'],
  minimal: 'nothing',
  bus(bus) {
    let closing = false
    return {
      ...bus,
      publish: (message, options) => (closing ? new Promise(() => undefined) : bus.publish(message, options)),
      async close() {
        closing = true
        await bus.close()
        closing = false
      },
    }
  },
}

export default brokenMemory(defect)
