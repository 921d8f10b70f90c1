import type { RetryClaim } from '../../claims.ts'
import type { Check, Report } from '../check.ts'
import type { Event } from '../event.ts'
import { isWhole } from '../tracker/causes.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isQueued, type Operation } from '../tracker/operations.ts'
import { earliest, rounded } from '../tracker/timing.ts'
import { supportOf } from './support.ts'
import { createStates, type States } from './why-fewer.ts'

/** retry/2: each wait is within the range of the claimed formula. */
export const waits: Check = {
  clause: 'retry/2',
  file: import.meta.url,
  detect: (ledger, report) => {
    const { retry, handling } = ledger.run.claims
    const idle = createIdle()
    const states = createStates()
    return {
      takes: [...states.takes, 'handled', 'dead-lettered', 'deliver'],
      step(event) {
        idle.step(event)
        states.step(event)
      },
      end(complete) {
        if (retry !== undefined) {
          for (const operation of ledger.operations.all())
            judgePublish(ledger, report, operation, { claim: retry, states })
        }
        if (handling !== undefined && isWhole(ledger, complete)) judgeHandlers(ledger, report, handling, idle)
      },
    }
  },
}

function judgePublish(
  ledger: Ledger,
  report: Report,
  operation: Operation,
  { claim, states }: { readonly claim: RetryClaim<number>; readonly states: States },
): void {
  const { op, node, attempts } = operation
  for (const [index, attempt] of attempts.entries()) {
    const before = attempts[index - 1]
    if (before === undefined || before.ended === null) continue
    report.occasion()
    report.kind('of a publish')
    const waited = attempt.began.at - before.ended.at
    // By its place, so that a wrong number hides nothing; retry/1 judges the numbers.
    const { least, most } = supportOf(claim, index)
    // A queued publish also waits for the breaker.
    const isHeld = isQueued(operation) && !states.wasClosed(node, before.ended.at, attempt.began.at)
    if (waited >= earliest(ledger.run, least) && (isHeld || waited <= most + ledger.run.slack)) continue
    report.violation({
      message: `attempt ${index + 1} of ${op} came ${rounded(waited)} ms after the one before it`,
      expected: `a wait of ${rounded(least)} to ${rounded(most)} ms`,
      actual: `${rounded(waited)} ms`,
      op,
      node,
      at: attempt.began.at,
    })
  }
}

/** A member that works on one message at a time, also while its dead letter is stored, may be late for the next one. */
interface Idle {
  step(event: Event): void
  /** When its consumer's latest handler had ended before the delivery, or its latest dead letter was accepted, ms. */
  before(delivered: Delivered): number
}

function createIdle(): Idle {
  const since = new Map<string, number>()
  const at = new Map<string, number>()
  return {
    step(event) {
      if (event.type === 'handled' || event.type === 'dead-lettered') since.set(event.consumer, event.at)
      else if (event.type === 'deliver') at.set(event.delivery, since.get(event.consumer) ?? 0)
    },
    before: ({ id }) => at.get(id) ?? 0,
  }
}

function judgeHandlers(ledger: Ledger, report: Report, claim: RetryClaim<number>, idle: Idle): void {
  for (const delivered of ledger.deliveries.all) {
    // By the harness's own count, so that a wrong number hides nothing; retry/1 judges the numbers.
    const { before, number } = ledger.tries.of(delivered) ?? { before: null, number: 1 }
    if (before?.handled?.outcome !== 'retryable' || number === 1) continue
    const retried = { failedAt: before.handled.at, next: delivered, number, idle: idle.before(delivered) }
    judgeHandler(ledger, report, claim, retried)
  }
}

interface Retried {
  readonly failedAt: number
  readonly next: Delivered
  /** Of the next one. */
  readonly number: number
  readonly idle: number
}

function judgeHandler(
  ledger: Ledger,
  report: Report,
  claim: RetryClaim<number>,
  { failedAt, next, number, idle }: Retried,
): void {
  // A member that was moved or cut off in between may be late, and may begin anew.
  if (ledger.groups.changed(next.group, failedAt, next.began.at)) return
  if (ledger.faults.active('consume', failedAt, next.began.at)) return
  report.occasion()
  report.kind('of a handler')
  const { least, most } = supportOf(claim, number - 1)
  const waited = next.began.at - failedAt
  const latest = Math.max(failedAt + most, idle) + ledger.run.slack
  // Behind the breaker of its subscription it waits longer; breaker/13 judges how long.
  const isHeld = ledger.subscriptions.wasOpen(next, failedAt, next.began.at)
  if (waited >= earliest(ledger.run, least) && (isHeld || next.began.at <= latest)) return
  report.violation({
    message: `${next.consumer} got ${next.op} again ${rounded(waited)} ms after it rejected it`,
    expected: `a wait of ${rounded(least)} to ${rounded(most)} ms before attempt ${number}`,
    actual: `${rounded(waited)} ms`,
    consumer: next.consumer,
    group: next.group,
    node: next.node,
    at: next.began.at,
    op: next.op,
  })
}
