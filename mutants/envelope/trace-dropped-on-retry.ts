import { withField } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A message that is sent a second time is built anew from its text, without its trace.',
  must: ['envelope/1', 'envelope/2'],
  minimal: 'publish-refused-and-retried',
  send(send) {
    const sent = new Set<string>()
    return (message, attempt) => {
      const isRetry = sent.has(attempt.dedup)
      sent.add(attempt.dedup)
      return send(isRetry ? withField(message, 'ce_traceparent', null) : message, attempt)
    }
  },
}

export default brokenEnveloped(defect)
