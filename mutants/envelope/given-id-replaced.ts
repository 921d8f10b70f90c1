import { newId, withField } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Every message gets a new id, also one that has an id already.',
  must: ['envelope/1'],
  // Also one that is no id.
  may: ['envelope/3'],
  minimal: 'one-message-with-every-field',
  bus: (bus) => ({
    ...bus,
    publish: (message, options) => bus.publish(withField(message, 'ce_id', newId()), options),
  }),
}

export default brokenEnveloped(defect)
