import type { Breach, Check, Report } from '../check.ts'
import type { EventOf } from '../event.ts'
import type { Ledger } from '../tracker/ledger.ts'
import type { Moment } from '../tracker/moment.ts'
import { isAcknowledged, type Operation, outcomeOf, type Settled } from '../tracker/operations.ts'
import { earliest, rounded } from '../tracker/timing.ts'

interface Flush {
  readonly node: string
  readonly began: Moment
  /** Publishes that were pending when it was called. */
  readonly open: readonly Operation[]
  ended: Moment | null
}

/** fail-fast/9: each message of a batch has its own outcome and none fails because of another; a flush waits for all pending publishes. */
export const batches: Check = {
  clause: 'fail-fast/9',
  file: import.meta.url,
  detect: (ledger, report) => {
    const batches = new Map<string, EventOf<'batch'>>()
    /** Whether something was sent of what must be refused may be known late. */
    const refusals: (() => void)[] = []
    const flushes = new Map<string, Flush>()
    return {
      takes: ['batch', 'batch-ended', 'flush', 'flushed'],
      step(event, moment) {
        if (event.type === 'batch') batches.set(event.batch, event)
        else if (event.type === 'batch-ended') {
          const batch = batches.get(event.batch)
          if (batch !== undefined) refusals.push(...judgeBatch(ledger, report, batch, event))
        } else if (event.type === 'flush') {
          const open = [...ledger.operations.all()].filter((one) => one.node === event.node && outcomeOf(one) === null)
          flushes.set(event.flush, { node: event.node, began: moment, open, ended: null })
          if (open.length === 0) return
          report.occasion()
          report.kind('a flush while publishes were pending')
        } else if (event.type === 'flushed') {
          const flush = flushes.get(event.flush)
          if (flush === undefined) return
          flush.ended = moment
          judgeFlushed(ledger, report, flush, event)
        }
      },
      end(complete) {
        for (const judge of refusals) judge()
        for (const flush of flushes.values()) judgeLate(ledger, report, flush, complete)
      },
    }
  },
}

/** Returns what can be judged at the end only. */
function judgeBatch(
  ledger: Ledger,
  report: Report,
  { ops, node }: EventOf<'batch'>,
  ended: EventOf<'batch-ended'>,
): readonly (() => void)[] {
  const { at, error } = ended
  const [op, ...others] = ops
  if (error !== undefined) {
    report.violation({
      message: `a batch of ${node} failed as a whole`,
      expected: 'one outcome for each of its messages',
      actual: `${error.code ?? 'no code'}: ${error.message}`,
      ...{ op, others, node, at },
    })
    return []
  }
  if (isPartial(ledger, ops)) {
    report.occasion()
    report.kind('a batch that failed in part')
  }
  const judge = (one: string, wrong: Wrong | null): void => {
    if (wrong !== null) report.violation({ node, at, op: one, ...wrong })
  }
  return ops.flatMap((one) => {
    const of = `${one} in a batch of ${node}`
    const operation = ledger.operations.get(one)
    if (operation === undefined) return [() => judge(one, wrongWithTooLarge(ledger, one, of))]
    judge(one, wrongWith(ledger, operation, of))
    return []
  })
}

/** Whether some of it were acknowledged, and others not. */
function isPartial({ operations }: Ledger, ops: readonly string[]): boolean {
  const taken = ops.filter((op) => {
    const operation = operations.get(op)
    return operation !== undefined && isAcknowledged(operation)
  })
  return taken.length > 0 && taken.length < ops.length
}

type Wrong = Pick<Breach, 'message' | 'expected' | 'actual'>

/** `of` names it in a sentence. */
function wrongWith(ledger: Ledger, operation: Operation, of: string): Wrong | null {
  const { op, settled } = operation
  if (settled === null)
    return { message: `${of} has no outcome`, expected: 'one outcome for each message', actual: 'none' }
  if (!isTakenAlong(ledger, operation, settled)) return null
  return {
    message: `${of} failed because another message failed`,
    expected: `${op} tried as if it had been published alone`,
    actual: `never tried, and ${settled.error?.code ?? 'no code'}: ${settled.error?.message}`,
  }
}

/** The message that every bus must refuse. */
function wrongWithTooLarge({ trials }: Ledger, op: string, name: string): Wrong | null {
  const { sent = null, ended = null } = trials.get(op) ?? {}
  const expected = 'refused with effect none, not to be retried, and nothing of it on the wire'
  const of = `${name}, whose value is larger than claimed,`
  if (sent !== null) return { message: `${of} was sent`, expected, actual: sent.how }
  if (ended === null) return { message: `${of} has no outcome`, expected, actual: 'none' }
  if (ended.outcome === 'taken') return { message: `${of} was acknowledged`, expected, actual: 'taken' }
  const { effect, retryable, code } = ended.error ?? {}
  if (effect === 'none' && retryable === false) return null
  return {
    message: `${of} was refused, but not as permanent with effect none`,
    expected,
    actual: `${code ?? 'no code'}, effect ${effect}, retryable ${retryable}`,
  }
}

/**
 * Whether it failed with effect none and without an attempt, and not because of the breaker, a full queue, its deadline or the
 * close of its bus. If `retry` is not claimed, the adapter need not report attempts: then only permanent errors count.
 */
function isTakenAlong(
  { run, nodes }: Ledger,
  { node, began, attempts }: Operation,
  { status, error, at, seq }: Settled,
) {
  const { breaker, degradation, publish, retry } = run.claims
  if (status !== 'failed' || error === null || error.effect !== 'none' || attempts.length > 0) return false
  if (error.code !== null && [breaker?.code, degradation?.code].includes(error.code)) return false
  if (at - began.at >= earliest(run, publish.deadline) || (nodes.goneAt(node)?.seq ?? Number.POSITIVE_INFINITY) < seq)
    return false
  return retry !== undefined || error.retryable === false
}

function judgeFlushed(ledger: Ledger, report: Report, { node, open }: Flush, { at, error }: EventOf<'flushed'>): void {
  if (error !== undefined) {
    if (ledger.nodes.goneAt(node) !== null) return
    report.violation({
      message: `${node} failed to flush`,
      expected: 'it resolves once all earlier publishes have settled',
      actual: `${error.code ?? 'no code'}: ${error.message}`,
      ...{ node, at },
    })
    return
  }
  const [first, ...others] = open.filter((one) => outcomeOf(one) === null).map(({ op }) => op)
  if (first === undefined) return
  report.violation({
    message: `the flush of ${node} returned while ${first} was pending`,
    expected: 'it returns once all earlier publishes have settled',
    actual: `${others.length + 1} of ${open.length} still pending`,
    ...{ op: first, others, node, at },
  })
}

/** A flush that returns too late, or never, although the publishes that it waits for have settled. */
function judgeLate({ run, nodes, stalls, now }: Ledger, report: Report, flush: Flush, complete: boolean): void {
  const { node, began, open, ended } = flush
  const settled = open.map((one) => outcomeOf(one)?.at ?? Number.POSITIVE_INFINITY)
  const last = Math.max(began.at, ...settled)
  const bound = last + run.claims.publish.timeout + run.slack
  const hangs = ended === null && complete && nodes.get(node)?.exited == null && now().at > bound
  if (!hangs && (ended === null || ended.at <= bound)) return
  if (stalls.touch(last, ended?.at ?? bound)) return
  report.violation({
    message: `the flush of ${node} ${ended === null ? 'never returned' : 'returned too late'}`,
    expected: `within ${run.claims.publish.timeout} ms after the last of them had settled`,
    actual: `settled at ${rounded(last)} ms, ${ended === null ? 'still waiting when the run ended' : `returned at ${rounded(ended.at)} ms`}`,
    others: open.map(({ op }) => op),
    node,
    at: ended?.at ?? bound,
  })
}
