import type { Handler } from '../../harness/adapter.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

const handlers: Handler[] = []

export const defect: Defect = {
  text: 'Handlers stay in a list of the module if the bus closes their consumers, but not if a consumer is closed first.',
  must: ['resources/8'],
  minimal: 'opened-and-closed-again-and-again',
  bus(bus) {
    const open = new Set<Handler>()
    return {
      ...bus,
      async subscribe(subscription, handler) {
        open.add(handler)
        const consumer = await bus.subscribe(subscription, handler)
        const close = async (): Promise<void> => {
          open.delete(handler)
          await consumer.close()
        }
        return { ...consumer, close }
      },
      async close() {
        handlers.push(...open)
        await bus.close()
      },
    }
  },
}

export default brokenMemory(defect)
