import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Closing a consumer resolves at once, while its handler is still running.',
  must: ['resources/2'],
  minimal: 'member-leaves-in-a-handler',
  bus: (bus) => ({
    ...bus,
    async subscribe(subscription, handle) {
      const consumer = await bus.subscribe(subscription, handle)
      return {
        async close() {
          void consumer.close()
        },
      }
    },
  }),
}

export default brokenMemory(defect)
