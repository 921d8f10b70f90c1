/** What a breaker guards: each attempt of a publish, or each publish as a whole, as the adapter claims. */
import type { BreakerClaim } from '../../claims.ts'
import type { Event, SeenError } from '../../history/event.ts'
import type { Result } from './tally.ts'

export type CallEvent =
  | { readonly type: 'began'; readonly node: string; readonly op: string; readonly call: string }
  | {
      readonly type: 'ended'
      readonly node: string
      readonly op: string
      readonly call: string
      readonly result: Result
    }

export interface Calls {
  /** The call that begins or ends with this event; null when none does. */
  of(event: Event): CallEvent | null
}

const failure = (error: SeenError | undefined): Result => (error?.retryable === false ? 'neither' : 'bad')

const ATTEMPT_RESULTS = { ok: 'good', failed: 'bad', cancelled: 'neither' } as const

/** Retry wraps the breaker: each attempt is a call. */
const attempts: Calls = {
  of(event) {
    if (event.type !== 'attempt-began' && event.type !== 'attempt-ended') return null
    const { node, op, attempt } = event
    const call = `attempt ${attempt} of ${op}`
    if (event.type === 'attempt-began') return { type: 'began', node, op, call }
    const result = event.outcome === 'failed' ? failure(event.error) : ATTEMPT_RESULTS[event.outcome]
    return { type: 'ended', node, op, call, result }
  },
}

/** The breaker wraps the retries: a publish is a call from its first attempt until it settles. */
function publishes(): Calls {
  const begun = new Set<string>()
  const aborted = new Set<string>()
  return {
    of(event) {
      if (event.type === 'abort') aborted.add(event.op)
      if (event.type === 'attempt-began' && !begun.has(event.op)) {
        begun.add(event.op)
        return { type: 'began', node: event.node, op: event.op, call: `the publish of ${event.op}` }
      }
      if (event.type !== 'published' || !begun.has(event.op)) return null
      const failed = aborted.has(event.op) ? 'neither' : failure(event.error)
      const result = event.status === 'failed' ? failed : 'good'
      return { type: 'ended', node: event.node, op: event.op, call: `the publish of ${event.op}`, result }
    },
  }
}

export const callsOf = (claim: BreakerClaim<number>): Calls => (claim.retry === 'outside' ? attempts : publishes())
