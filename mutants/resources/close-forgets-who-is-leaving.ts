import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A consumer that is told to leave is struck off the list at once, and the close of its bus no longer waits for its handler.',
  must: ['resources/2'],
  may: ['resources/1', 'resources/4'],
  minimal: 'closed-while-a-member-leaves-in-a-handler',
  bus(bus) {
    const leaving = new Set<Promise<void>>()
    return {
      ...bus,
      async subscribe(subscription, handle) {
        const consumer = await bus.subscribe(subscription, handle)
        return {
          async close() {
            const left = consumer.close()
            leaving.add(left)
            await left.finally(() => leaving.delete(left))
          },
        }
      },
      async close() {
        const closed = bus.close()
        await (leaving.size > 0 ? Promise.race([closed, Promise.resolve()]) : closed)
      },
    }
  },
}

export default brokenMemory(defect)
