import { withField } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A message that a handler publishes gets a correlation id of its own, as any other message.',
  must: ['envelope/4'],
  may: ['envelope/5'],
  minimal: 'one-message-that-is-followed',
  bus: (bus) => ({
    ...bus,
    publish: (message, { cause, ...options }) =>
      bus.publish(
        message,
        cause === undefined ? options : { ...options, cause: withField(cause, 'ce_correlationid', null) },
      ),
  }),
}

export default brokenEnveloped(defect)
