import type { Receipt } from '../../harness/adapter.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

/** The error without its cause, in a copy: the bus's own may be shared. */
const withoutCause = (error: Error): Error => Object.assign(new Error(error.message), error, { cause: undefined })

export const defect: Defect = {
  text: 'When the breaker refuses a retry, the caller learns only that it is open, and not why the attempts before failed.',
  must: ['fail-fast/3'],
  minimal: 'publish-refused-trips-at-two-twice',
  bus: (bus) => ({
    ...bus,
    publish: (message, options) =>
      bus.publish(message, options).catch((error: unknown): Promise<Receipt> => {
        const isOpen = error instanceof Error && 'code' in error && error.code === 'BREAKER_OPEN'
        return Promise.reject(isOpen ? withoutCause(error) : error)
      }),
  }),
}

export default brokenMemory(defect)
