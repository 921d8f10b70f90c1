import { fieldOf, withField } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The time of every message is that when the bus was opened.',
  must: ['envelope/2'],
  minimal: 'handler-rejects-for-good-late',
  bus(bus) {
    const opened = new Date().toISOString()
    return {
      ...bus,
      publish: (message, options) =>
        bus.publish(fieldOf(message, 'ce_time') === null ? withField(message, 'ce_time', opened) : message, options),
    }
  },
}

export default brokenEnveloped(defect)
