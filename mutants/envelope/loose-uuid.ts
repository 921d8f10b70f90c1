import { fieldOf, newId, withField } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Any text of 36 characters passes for an id.',
  must: ['envelope/3'],
  may: ['envelope/1'],
  minimal: 'nothing',
  bus: (bus) => ({
    ...bus,
    publish(message, options) {
      const id = fieldOf(message, 'ce_id')
      return bus.publish(id?.length === 36 ? withField(message, 'ce_id', newId()) : message, options)
    },
  }),
}

export default brokenEnveloped(defect)
