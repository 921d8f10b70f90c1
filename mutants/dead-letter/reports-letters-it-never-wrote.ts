import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus reports a dead letter each time a handler fails, also when it retries the message.',
  must: ['dead-letter/1'],
  minimal: 'handler-throws-twice',
  bus: (bus, site) => ({
    ...bus,
    subscribe: ({ consumer, group, ...subscription }, handle) =>
      bus.subscribe({ consumer, group, ...subscription }, async (delivery) => {
        try {
          await handle(delivery)
        } catch (error) {
          const { position } = delivery
          if (position !== undefined) site.observe({ type: 'dead-lettered', consumer, group, position })
          throw error
        }
      }),
  }),
}

export default brokenMemory(defect)
