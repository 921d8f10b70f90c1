import { fieldOf, withField } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'
import { one } from '../plan-parts.ts'

/** A way of giving fields in which the subject is long. */
const LONG = one({ envelope: 6 })

export const defect: Defect = {
  text: 'Text in a field is cut to 255 characters, as the column of a database would.',
  must: ['envelope/1'],
  minimal: LONG,
  bus: (bus) => ({
    ...bus,
    publish(message, options) {
      const subject = fieldOf(message, 'ce_subject') ?? ''
      return bus.publish(
        subject.length > 255 ? withField(message, 'ce_subject', subject.slice(0, 255)) : message,
        options,
      )
    },
  }),
}

export default brokenEnveloped(defect)
