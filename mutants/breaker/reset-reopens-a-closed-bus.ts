import memory from '../../adapters/memory/index.ts'
import type { Bus } from '../../harness/adapter.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A reset of the breaker lets calls through again although its bus is closed.',
  must: ['breaker/10'],
  // Nothing closes the connection that it opens again.
  may: ['resources/1', 'resources/2', 'resources/3', 'resources/5'],
  minimal: 'nothing',
  bus(bus, site) {
    let closed = false
    let current: Bus = bus
    return {
      ...bus,
      publish: (message, options) => current.publish(message, options),
      close() {
        closed = true
        return bus.close()
      },
      breaker: {
        isolate: async () => bus.breaker?.isolate(),
        async reset() {
          await bus.breaker?.reset()
          if (closed) current = await memory.open(site)
        },
      },
    }
  },
}

export default brokenMemory(defect)
