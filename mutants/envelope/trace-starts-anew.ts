import { withField } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A message that a handler publishes begins a trace of its own.',
  must: ['envelope/4'],
  minimal: 'one-message-that-is-followed',
  bus: (bus) => ({
    ...bus,
    publish: (message, { cause, ...options }) =>
      bus.publish(
        message,
        cause === undefined ? options : { ...options, cause: withField(cause, 'ce_traceparent', null) },
      ),
  }),
}

export default brokenEnveloped(defect)
