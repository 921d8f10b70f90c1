import { fieldOf, withField } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A message names the cause of its cause, if that has one: it is copied with the other fields.',
  must: ['envelope/4'],
  minimal: 'one-message-with-every-field-that-is-followed',
  bus: (bus) => ({
    ...bus,
    publish: (message, options) =>
      bus.publish(
        options.cause === undefined
          ? message
          : withField(
              message,
              'ce_causationid',
              fieldOf(options.cause, 'ce_causationid') ?? fieldOf(options.cause, 'ce_id'),
            ),
        options,
      ),
  }),
}

export default brokenEnveloped(defect)
