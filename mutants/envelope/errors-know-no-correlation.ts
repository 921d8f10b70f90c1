import type { BusError } from '../../harness/adapter.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The error of a publish is that of the connection, which knows nothing of the message.',
  must: ['envelope/5'],
  minimal: 'publish-refused-no-retries',
  bus: (bus) => ({
    ...bus,
    publish: (message, options) =>
      bus.publish(message, options).catch(({ message: text, code, effect, retryable, cause }: BusError) => {
        throw Object.assign(new Error(text, { cause }), { code, effect, retryable })
      }),
  }),
}

export default brokenEnveloped(defect)
