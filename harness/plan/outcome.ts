import type { Claims } from '../claims.ts'
import type { Outcome, PlannedMessage } from './plan.ts'

/** What the handler does this time. */
export interface HandlerStep {
  readonly result: 'ok' | 'retryable' | 'permanent'
  /** How long it takes, ms. */
  readonly after: number
}

/** What the handler does with a message that the same group on the same node has been handed so often before. */
export function outcomeFor(outcome: Outcome, previousAttempts: number): HandlerStep {
  switch (outcome.kind) {
    case 'ok':
      return { result: 'ok', after: 0 }
    case 'throws':
      return { result: previousAttempts < outcome.times ? 'retryable' : 'ok', after: 0 }
    case 'fails':
      return { result: 'retryable', after: 0 }
    case 'permanent':
      return { result: 'permanent', after: 0 }
    case 'slow':
      return { result: 'ok', after: outcome.ms }
  }
}

/** What the handlers of the group with this index do with the message; null for a group that the plan does not name. */
export const outcomeIn = (
  { outcome, rejectedBy = -1 }: Pick<PlannedMessage, 'outcome' | 'rejectedBy'>,
  group: number | null,
): Outcome => (rejectedBy === -1 || rejectedBy === group ? outcome : { kind: 'ok' })

/** How long a handler works on a copy that is slow, ms. */
const SLOW_COPY = 200

/** What the handler does with the message after it was redriven. */
export function outcomeOfCopy({ redriven = 'ok' }: Pick<PlannedMessage, 'redriven'>): Outcome {
  if (redriven === 'throws') return { kind: redriven, times: 1 }
  return redriven === 'slow' ? { kind: redriven, ms: SLOW_COPY } : { kind: redriven }
}

/** Whether the handler can reject a message with this outcome at all. */
export const mayReject = ({ kind }: Pick<Outcome, 'kind'>): boolean => kind !== 'ok' && kind !== 'slow'

/** Whether what the handler does with a message can be asked of a bus: one that it rejects needs somewhere to go. */
export const isTaken = (
  outcome: Pick<Outcome, 'kind'>,
  { deadLetter, delivery }: Pick<Claims, 'deadLetter' | 'delivery'>,
): boolean =>
  !mayReject(outcome) || deadLetter !== undefined || (outcome.kind === 'throws' && delivery !== 'at-most-once')
