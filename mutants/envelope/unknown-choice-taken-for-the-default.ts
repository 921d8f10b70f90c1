import { fieldOf, withField } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

const KNOWN = ['low', 'LOW', 'Low', 'normal', 'NORMAL', 'high', 'HIGH']

export const defect: Defect = {
  text: 'A priority that does not exist is taken for the default one, without a word.',
  must: ['envelope/3'],
  minimal: 'nothing',
  bus: (bus) => ({
    ...bus,
    publish(message, options) {
      const isKnown = KNOWN.includes(fieldOf(message, 'ce_priority') ?? 'normal')
      return bus.publish(isKnown ? message : withField(message, 'ce_priority', 'normal'), options)
    },
  }),
}

export default brokenEnveloped(defect)
