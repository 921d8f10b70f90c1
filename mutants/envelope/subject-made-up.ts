import { fieldOf, withField } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A message without a subject gets its topic for one.',
  must: ['envelope/2'],
  minimal: 'nothing',
  bus: (bus) => ({
    ...bus,
    publish: (message, options) =>
      bus.publish(
        fieldOf(message, 'ce_subject') === null ? withField(message, 'ce_subject', message.topic) : message,
        options,
      ),
  }),
}

export default brokenEnveloped(defect)
