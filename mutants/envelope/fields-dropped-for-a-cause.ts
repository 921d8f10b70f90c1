import { withField } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A message that a handler publishes gets the fields of its cause, and those that its caller gave are forgotten.',
  must: ['envelope/1', 'envelope/2'],
  minimal: 'one-message-with-every-field-that-is-followed',
  bus: (bus) => ({
    ...bus,
    publish: (message, options) =>
      bus.publish(options.cause === undefined ? message : withField(message, 'ce_priority', null), options),
  }),
}

export default brokenEnveloped(defect)
