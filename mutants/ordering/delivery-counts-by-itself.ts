import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A consumer numbers its deliveries itself, so a redelivery has another position.',
  must: ['ordering/6'],
  // Its calls are counted by where it says that the message lies.
  may: ['retry/6'],
  minimal: 'handler-throws-once',
  handle(handle) {
    let count = 0
    return (delivery) => {
      if (delivery.position === undefined) return handle(delivery)
      return handle({ ...delivery, position: { ...delivery.position, offset: count++ } })
    }
  },
}

export default brokenMemory(defect)
