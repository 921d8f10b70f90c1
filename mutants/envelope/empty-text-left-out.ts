import { fieldOf, withField } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'
import { one } from '../plan-parts.ts'

/** A way of giving fields in which the subject is empty. */
const EMPTY = one({ envelope: 2 })

export const defect: Defect = {
  text: 'A subject that is empty is taken for none.',
  must: ['envelope/1'],
  minimal: EMPTY,
  bus: (bus) => ({
    ...bus,
    publish: (message, options) =>
      bus.publish(fieldOf(message, 'ce_subject') === '' ? withField(message, 'ce_subject', null) : message, options),
  }),
}

export default brokenEnveloped(defect)
