import { brokenMemory, type Defect, sleep } from '../mutant.ts'

export const defect: Defect = {
  text: 'A closed consumer continues to deliver until a housekeeping timer removes it.',
  must: ['resources/2'],
  minimal: 'the-only-member-leaves',
  bus: (bus) => {
    const endings = new Set<Promise<void>>()
    return {
      ...bus,
      async subscribe(subscription, handle) {
        const consumer = await bus.subscribe(subscription, handle)
        return {
          async close() {
            endings.add(sleep(300).then(() => consumer.close()))
          },
        }
      },
      async close() {
        await Promise.all(endings)
        await bus.close()
      },
    }
  },
}

export default brokenMemory(defect)
