import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A process has room for one consumer: the next one waits for its place until the bus is closed.',
  must: ['delivery/13'],
  // What the waiting one is there for nobody does.
  may: ['delivery/1', 'delivery/5'],
  bus: (bus) => {
    let isTaken = false
    let closing = (): void => undefined
    const closed = new Promise<void>((resolve) => {
      closing = resolve
    })
    return {
      ...bus,
      async subscribe(subscription, handle) {
        if (!isTaken) {
          isTaken = true
          return await bus.subscribe(subscription, handle)
        }
        await closed
        return { close: async () => undefined }
      },
      close() {
        closing()
        return bus.close()
      },
    }
  },
}

export default brokenMemory(defect)
