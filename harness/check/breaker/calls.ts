/** The calls that a breaker guards: each attempt of a publish, or each whole publish, as claimed. */

import type { Result } from '../../breaker/tally.ts'
import type { BreakerClaim } from '../../claims.ts'
import type { Event, EventOf } from '../event.ts'

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
  /** The call that begins or ends with this event; null if none does. */
  of(event: Event): CallEvent | null
}

const RESULTS = { ok: 'good', failed: 'bad', cancelled: 'neither' } as const

/** A permanent failure says nothing about the bus's health. */
const resultOf = ({ outcome, error }: EventOf<'attempt-ended'>): Result =>
  outcome === 'failed' && error?.retryable === false ? 'neither' : RESULTS[outcome]

/** Retry wraps the breaker: each attempt is a call. */
const attempts: Calls = {
  of(event) {
    if (event.type !== 'attempt-began' && event.type !== 'attempt-ended') return null
    const { node, op, attempt } = event
    const call = `attempt ${attempt} of ${op}`
    if (event.type === 'attempt-began') return { type: 'began', node, op, call }
    return { type: 'ended', node, op, call, result: resultOf(event) }
  },
}

/**
 * The breaker wraps the retries: a publish is a call, from the start of its first attempt to the end of its last. If it was
 * given up while it waited for another attempt, it ends when it settles.
 */
function publishes(retries: number): Calls {
  const open = new Set<string>()
  const begun = new Set<string>()
  const callOf = ({ node, op }: { node: string; op: string }) => ({ node, op, call: `the publish of ${op}` })
  const isLast = ({ attempt, outcome, error }: EventOf<'attempt-ended'>): boolean =>
    outcome !== 'failed' || error?.retryable === false || attempt > retries
  return {
    of(event) {
      if (event.type === 'attempt-began') {
        if (begun.has(event.op)) return null
        begun.add(event.op)
        open.add(event.op)
        return { type: 'began', ...callOf(event) }
      }
      if (event.type === 'attempt-ended') {
        if (!isLast(event) || !open.delete(event.op)) return null
        return { type: 'ended', ...callOf(event), result: resultOf(event) }
      }
      if (event.type !== 'published' || !open.delete(event.op)) return null
      return { type: 'ended', ...callOf(event), result: 'neither' }
    },
  }
}

export const callsOf = (claim: BreakerClaim<number>, retries: number): Calls =>
  claim.retry === 'outside' ? attempts : publishes(retries)
