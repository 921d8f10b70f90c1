import { fieldOf, withField } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A number of hops that is too large is cut to the largest.',
  must: ['envelope/3'],
  minimal: 'nothing',
  bus: (bus) => ({
    ...bus,
    publish(message, options) {
      const hops = Number(fieldOf(message, 'ce_hops') ?? 0)
      const cut = hops > 255 ? withField(message, 'ce_hops', '255') : message
      return bus.publish(cut, options)
    },
  }),
}

export default brokenEnveloped(defect)
