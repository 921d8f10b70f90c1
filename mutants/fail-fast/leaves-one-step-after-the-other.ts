import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A consumer that leaves first waits for a last sign of life, for as long as one attempt may take, and then begins to leave.',
  must: ['fail-fast/2'],
  minimal: 'leaves-in-a-black-hole',
  bus: (bus, _site, parts) => ({
    ...bus,
    async subscribe(subscription, handle) {
      const consumer = await bus.subscribe(subscription, handle)
      const close = async (): Promise<void> => {
        await parts
          .member(subscription)
          .sync()
          .catch(() => undefined)
        await consumer.close()
      }
      return { close }
    },
  }),
}

export default brokenMemory(defect)
