import { brokenMemory, type Defect, tellingClose } from '../mutant.ts'

export const defect: Defect = {
  text: 'A consumer waits for its group until the bus closes, and only then reports that it is subscribed.',
  must: ['delivery/13'],
  // It says so on a closed bus too.
  may: ['fail-fast/7'],
  minimal: 'nothing',
  bus: (bus) => {
    const { closed, ...rest } = tellingClose(bus)
    return {
      ...rest,
      async subscribe() {
        await closed
        return { close: async () => undefined }
      },
    }
  },
}

export default brokenMemory(defect)
