import type { BusError } from '../../../harness/adapter.ts'
import type { RetryClaim } from '../../../harness/claims.ts'

export const CODES = {
  slow: 'SLOW',
  broken: 'BROKEN',
  refused: 'REFUSED',
  open: 'OPEN',
  aborted: 'ABORTED',
  late: 'LATE',
  closed: 'CLOSED',
  invalid: 'INVALID',
} as const

export const fault = (
  code: string,
  message: string,
  rest: Pick<BusError, 'effect' | 'retryable'> & { readonly cause?: unknown },
): BusError & Error => Object.assign(new Error(message), { code, ...rest })

/** The wait before retry `n` (from 0), ms. */
export const waitBefore = ({ base, factor, cap, jitter }: RetryClaim<number>, n: number): number =>
  Math.min(cap, base * factor ** n) * (jitter.low + Math.random() * (jitter.high - jitter.low))

export function oncePromised(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => {
    running ??= run()
    return running
  }
}
