import { envelope } from '../../adapters/memory/enveloped.ts'
import type { BusError } from '../../harness/adapter.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A field of the wrong type is refused by an error that lists the fields which there are.',
  must: ['envelope/3'],
  minimal: 'nothing',
  bus: (bus) => ({
    ...bus,
    publish: (message, options) =>
      bus.publish(message, options).catch((error: Partial<BusError>) => {
        throw error.message?.startsWith('ce_') === true
          ? Object.assign(new Error(`one of these is wrong: ${Object.keys(envelope.fields).join(', ')}`), {
              code: error.code,
              effect: 'none',
              retryable: false,
            })
          : error
      }),
  }),
}

export default brokenEnveloped(defect)
