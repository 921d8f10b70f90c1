import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Closing a consumer begins its end and resolves at once, while its handler still runs.',
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
