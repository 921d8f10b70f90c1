import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A consumer waits for its group until the bus is closed, and only then says that it is subscribed.',
  must: ['delivery/13'],
  bus: (bus) => {
    let closing = (): void => undefined
    const closed = new Promise<void>((resolve) => {
      closing = resolve
    })
    return {
      ...bus,
      async subscribe() {
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
