/** The outcome of a message in a group. */
import type { RunHeader } from '../../history/header.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { Delivered, Deliveries } from './deliveries.ts'
import { isBefore, type Moment } from './moment.ts'
import type { Passes } from './passes.ts'
import type { Tries } from './tries.ts'

/** Done at an unknown time, so never too late. */
const LONG_AGO: Moment = { at: Number.NEGATIVE_INFINITY, seq: -1 }

export interface Outcomes {
  /** When it was handled, dead-lettered or rightly skipped, whichever came first; null if none happened. */
  doneAt(group: string, op: string): Moment | null
  /** When its dead letter was taken, as early as that may have been; null when there is none. */
  deadLetteredAt(group: string, op: string): Moment | null
  /** A call after which no further one is due: rejected as permanent, or as often as the policy allows. Ask at the end. */
  isTerminal(delivered: Delivered): boolean
  /** The first such handling of the message in the group. */
  failedAt(group: string, op: string): Moment | null
  /**
   * Nothing more is owed of it though it was not handled, because no dead letters are claimed: its handling failed for
   * good, whether each member counts its own calls or a group those of all its members; or it failed at all, where nothing
   * is delivered twice. Ask at the end.
   */
  mayBeDropped(group: string, op: string): boolean
}

const earlier = (one: Moment | null, other: Moment | null): Moment | null =>
  one === null || (other !== null && isBefore(other, one)) ? other : one

export function createOutcomes(
  run: RunHeader,
  deliveries: Deliveries,
  deadLetters: DeadLetters,
  tries: Tries,
  passes: Passes,
): Outcomes {
  const { handling, deadLetter, delivery } = run.claims
  const most = handling === undefined ? Number.POSITIVE_INFINITY : 1 + handling.retries

  const isTerminal = (delivered: Delivered): boolean => {
    const outcome = delivered.handled?.outcome
    return outcome === 'permanent' || (outcome === 'retryable' && (tries.of(delivered)?.number ?? 1) >= most)
  }

  const deadLetteredAt = (group: string, op: string): Moment | null => {
    const letter = deadLetters.of(group, op)[0]
    const reported = deadLetters.reportedAt(group, op)
    if (run.witness === 'none') return reported
    if (letter === undefined) return null
    if (run.witness === 'live') return letter
    return reported ?? LONG_AGO
  }

  const failedAt = (group: string, op: string): Moment | null =>
    deliveries.of(group, op).find(isTerminal)?.handled ?? null

  return {
    isTerminal,
    deadLetteredAt,
    doneAt(group, op) {
      const taken = earlier(deliveries.handledOk(group, op), deadLetteredAt(group, op))
      return earlier(taken, passes.warrantedAt(group, op))
    },
    failedAt,
    mayBeDropped(group, op) {
      if (deadLetter !== undefined) return false
      const ended = deliveries.of(group, op).flatMap(({ handled }) => handled ?? [])
      if (delivery === 'at-most-once') return ended.length > 0
      return failedAt(group, op) !== null || ended.filter(({ outcome }) => outcome !== 'ok').length >= most
    },
  }
}
