import { brokenMemory, type Defect, tellingClose } from '../mutant.ts'

export const defect: Defect = {
  text: 'A process can have only one consumer: a second one waits until the bus closes.',
  must: ['delivery/13'],
  // No member does the work of the waiting consumer; on a closed bus it is subscribed at once.
  may: ['delivery/1', 'delivery/5', 'fail-fast/7', 'delivery/14'],
  minimal: 'nothing-on-two-topics',
  bus: (bus) => {
    const { closed, ...rest } = tellingClose(bus)
    let isTaken = false
    return {
      ...rest,
      async subscribe(subscription, handle) {
        if (!isTaken) {
          isTaken = true
          return await bus.subscribe(subscription, handle)
        }
        await closed
        return { close: async () => undefined }
      },
    }
  },
}

export default brokenMemory(defect)
