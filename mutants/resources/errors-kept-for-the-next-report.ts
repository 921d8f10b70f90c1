import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'What publishes have failed of is kept for a report that is made when the bus is closed.',
  must: ['resources/10'],
  minimal: 'used-for-long',
  bus(bus) {
    const failures: unknown[] = []
    return {
      ...bus,
      publish: (message, options) =>
        bus.publish(message, options).catch((error: unknown) => {
          failures.push(error)
          throw error
        }),
    }
  },
}

export default brokenMemory(defect)
