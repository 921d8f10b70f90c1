import type { Check, Report } from '../check.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import type { ConsumerRecord } from '../tracker/groups.ts'
import { requestAfter } from '../tracker/late-request.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { listIn } from '../tracker/moment.ts'
import { isQueued, type Operation, outcomeOf } from '../tracker/operations.ts'
import type { Trial } from '../tracker/trials.ts'

/** fail-fast/2: every operation settles within its bound, and an abort is honoured at once. */
export const bounded: Check = {
  clause: 'fail-fast/2',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end(complete) {
      for (const operation of ledger.operations.all()) {
        judgePublish(ledger, report, operation, complete)
        judgeAttempts(ledger, report, operation)
        judgeQueued(ledger, report, operation)
        judgeAbort(ledger, report, operation)
      }
      for (const trial of ledger.trials.all()) if (trial.what === 'publish-aborted') judgeAborted(ledger, report, trial)
      for (const operation of ledger.operations.writes()) judgePublish(ledger, report, operation, complete)
      const byConsumer = new Map<string, Delivered[]>()
      for (const delivered of ledger.deliveries.all) listIn(byConsumer, delivered.consumer).push(delivered)
      for (const consumer of ledger.groups.consumers()) {
        if (complete) judgeSubscribe(ledger, report, consumer)
        judgeUnsubscribe(ledger, report, consumer, byConsumer.get(consumer.consumer) ?? [], complete)
      }
    },
  }),
}

const hasExited = ({ nodes }: Ledger, node: string): boolean => nodes.get(node)?.exited != null

function judgePublish(ledger: Ledger, report: Report, operation: Operation, complete: boolean): void {
  const { op, node, began, settled, aborted, write } = operation
  const { deadline, timeout } = ledger.run.claims.publish
  const bound = began.at + deadline + ledger.run.slack
  if (aborted !== null || ledger.faults.active('publish', began.at, settled?.at ?? bound)) report.occasion()
  if (aborted !== null) report.kind('an abort')
  if (settled !== null && settled.at - began.at >= timeout)
    report.kind('a publish that took longer than one attempt may')
  const hangs = settled === null && complete && !hasExited(ledger, node) && ledger.now().at >= bound
  if (!hangs && (settled === null || settled.at <= bound)) return
  report.violation({
    message: `the ${write === null ? 'publish' : 'write'} of ${op} ${settled === null ? 'never settled' : 'settled too late'} (late error)`,
    expected: `settled within ${deadline} ms`,
    actual: settled === null ? `still pending when the run ended` : `settled after ${round(settled.at - began.at)} ms`,
    op,
    node,
    at: settled?.at ?? bound,
  })
}

/** One attempt takes no longer than claimed, whatever the publish has left. One that was given up ends with what gave it up. */
function judgeAttempts({ run, stalls }: Ledger, report: Report, { op, node, attempts }: Operation): void {
  const { timeout } = run.claims.publish
  for (const { number, began, ended } of attempts) {
    if (ended === null || ended.outcome === 'cancelled' || ended.at - began.at <= timeout + run.slack) continue
    if (stalls.touch(began.at, ended.at)) continue
    report.violation({
      message: `attempt ${number} of ${op} took longer than one attempt may (late error)`,
      expected: `ended within ${timeout} ms`,
      actual: `ended after ${round(ended.at - began.at)} ms`,
      op,
      node,
      at: ended.at,
    })
    return
  }
}

/** A publish may stay queued while faults last, but must leave the queue within the recovery time. */
function judgeQueued({ run, faults, forcedOpen, stalls }: Ledger, report: Report, operation: Operation): void {
  const { op, node, settled } = operation
  const outcome = outcomeOf(operation)
  if (settled === null || outcome === null || !isQueued(operation)) return
  const from = Math.max(settled.at, Math.min(faults.lastHealed() ?? 0, outcome.at))
  const { deadline } = run.claims.recovery
  if (outcome.at <= from + deadline + run.slack) return
  if (stalls.touch(from, outcome.at) || forcedOpen.touch(node, from, outcome.at)) return
  report.violation({
    message: `${op} stayed queued for too long (late error)`,
    expected: `settled within ${deadline} ms, without a fault`,
    actual: `queued at ${settled.at} ms, no fault from ${from} ms on, settled at ${outcome.at} ms`,
    op,
    node,
    at: outcome.at,
  })
}

function judgeAbort(ledger: Ledger, report: Report, operation: Operation): void {
  const { op, node, aborted, settled, attempts } = operation
  if (aborted === null) return
  const about = { op, node }
  if (settled !== null && settled.at > aborted.at + ledger.run.slack) {
    report.violation({
      ...about,
      message: `${op} was aborted, but its publish continued for ${round(settled.at - aborted.at)} ms`,
      expected: 'the publish rejects at once when it is aborted',
      actual: `aborted at ${aborted.at} ms, settled at ${settled.at} ms`,
      at: settled.at,
    })
  }
  const late = attempts.find(({ began }) => began.seq > aborted.seq)
  if (late !== undefined) {
    report.violation({
      ...about,
      message: `attempt ${late.number} of ${op} began after the publish was aborted`,
      expected: 'no attempt starts after an abort',
      actual: `aborted at ${aborted.at} ms, attempt at ${late.began.at} ms`,
      at: late.began.at,
    })
    return
  }
  // No attempt can have sent it that had begun before the abort, whatever the adapter reports.
  const { claims, slack } = ledger.run
  const request = requestAfter(ledger, operation, aborted.at + claims.publish.timeout + slack)
  if (request === null) return
  report.violation({
    ...about,
    message: `${op} was still sent after its publish was aborted`,
    expected: `no request later than one attempt, ${claims.publish.timeout} ms, after an abort`,
    actual: `aborted at ${aborted.at} ms, a request at ${request} ms`,
    at: request,
  })
}

/**
 * A signal that has aborted already aborts as any other, though it fires no event. A bus that is done with a publish at once, without an
 * attempt, may take it.
 */
function judgeAborted({ run }: Ledger, report: Report, { node, trial, sent }: Trial): void {
  if (run.lacks?.network === undefined) {
    report.occasion()
    report.kind('an abort before the call')
  }
  if (sent === null || sent.sign === 'stored') return
  report.violation({
    message: `a publish on ${node}, aborted before the call, was sent`,
    expected: 'no attempt begins, and no request reaches the system',
    actual: sent.how,
    node,
    op: trial,
    at: sent.at,
  })
}

/** A subscription may wait for the network as long as it is broken, but not for ever. */
function judgeSubscribe(
  ledger: Ledger,
  report: Report,
  { consumer, group, node, began, settled }: ConsumerRecord,
): void {
  const end = ledger.now()
  if (settled !== null || hasExited(ledger, node) || ledger.faults.active('consume', end.at, end.at)) return
  report.violation({
    message: `the subscription of ${consumer} to group ${group} never settled`,
    expected: 'it settles before the run ends',
    actual: `still pending after ${round(end.at - began.at)} ms`,
    consumer,
    node,
    group,
    at: end.at,
  })
}

function judgeUnsubscribe(
  ledger: Ledger,
  report: Report,
  { consumer, group, node, leaving, left }: ConsumerRecord,
  deliveries: readonly Delivered[],
  complete: boolean,
): void {
  if (leaving === null) return
  // The time of handlers does not count: the bound starts when the last of them ended.
  const quiet = deliveries.reduce((latest, { handled }) => {
    const counts = handled !== null && (left === null || handled.seq < left.seq)
    return counts ? Math.max(latest, handled.at) : latest
  }, leaving.at)
  const running = deliveries.some(({ handled }) => handled === null)
  const { deadline } = ledger.run.claims.close
  const bound = quiet + deadline + ledger.run.slack
  const hangs = left === null && complete && !running && !hasExited(ledger, node) && ledger.now().at >= bound
  if (!hangs && (left === null || left.at <= bound)) return
  report.violation({
    message: `${consumer} took too long to leave group ${group}`,
    expected: `gone within ${deadline} ms, not counting the time of its handlers`,
    actual: left === null ? 'it never left' : `gone ${round(left.at - quiet)} ms after its last handler ended`,
    consumer,
    node,
    group,
    at: left?.at ?? bound,
  })
}

const round = (ms: number): number => Math.round(ms * 1000) / 1000
