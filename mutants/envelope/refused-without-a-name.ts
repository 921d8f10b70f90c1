import type { BusError } from '../../harness/adapter.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A field of the wrong type is refused, but the error does not say which.',
  must: ['envelope/3'],
  minimal: 'nothing',
  bus: (bus) => ({
    ...bus,
    publish: (message, options) =>
      bus.publish(message, options).catch((error: Partial<BusError>) => {
        throw error.message?.startsWith('ce_') === true
          ? Object.assign(new Error('the message is invalid'), { code: error.code, effect: 'none', retryable: false })
          : error
      }),
  }),
}

export default brokenEnveloped(defect)
