import type { Forced } from '../../events/caller.ts'
import type { Check, Report } from '../check.ts'
import type { EventOf } from '../event.ts'
import type { Ledger } from '../tracker/ledger.ts'
import type { Moment } from '../tracker/moment.ts'
import { guarded } from './guarded.ts'
import { createBreakerModel, type Period } from './model.ts'
import { createRefusals } from './refused-alone.ts'
import { judgeCall } from './refused-at-once.ts'

/** One call of `reset` or `isolate` that has not settled. */
interface Forcing {
  readonly to: Forced
  readonly node: string
  readonly began: Moment
  /** Whether the breaker has been in the requested state. */
  reached: boolean
}

const STATES = { reset: 'closed', isolate: 'isolated' } as const
const CALLED = { reset: 'reset', isolate: 'forced open' } as const

/** breaker/10: a reset closes the breaker once and for good, a breaker forced open lets nothing through, and shutdown is final. */
export const byHand: Check = {
  clause: 'breaker/10',
  file: import.meta.url,
  detect: guarded((claim, ledger, report) => {
    const pending: Forcing[] = []
    /** Publishes that were called while a breaker was forced open. */
    const called: { readonly op: string; readonly period: Period }[] = []
    /** Closed periods that began with a reset and in which no call has ended. */
    const untried = new Set<Period>()

    const blame = (period: Period, did: string, expected: string, at: number, op?: string): void =>
      report.violation({
        message: `the breaker of ${period.node} ${did}`,
        expected,
        actual: `${period.state} since ${period.since.at} ms; this happened at ${at} ms`,
        node: period.node,
        at,
        op,
      })

    const model = createBreakerModel(ledger, claim, {
      admitted(period, { op, name }, { at }) {
        if (period.state === 'isolated')
          blame(period, `let ${name} through, but it was forced open`, 'every call refused until a reset', at, op)
      },
      ended: (period) => void untried.delete(period),
      changed(before, after) {
        const { at } = after.since
        for (const one of pending) if (one.node === after.node && STATES[one.to] === after.state) one.reached = true
        if (after.byHand && before.state === after.state)
          blame(before, `reported that it is ${after.state}, but it was already`, 'no state reported twice', at)
        if (before.state === 'isolated' && after.state !== 'shut-down' && !after.byHand)
          blame(before, `went to ${after.state}, but it was forced open`, 'forced open until a reset', at)
        if (before.state === 'closed' && after.state === 'half-open' && before.byHand)
          blame(before, 'turned half-open after it had been reset', 'closed: a reset leaves no timer', at)
        if (after.state === 'open' && untried.has(before))
          blame(before, 'opened after it had been reset, and no call had ended', 'closed: a reset leaves no timer', at)
        if (before.state === 'shut-down')
          blame(before, `went to ${after.state}, but it was shut down`, 'shut down for good', at)
        if (after.byHand && after.state === 'closed') untried.add(after)
      },
    })

    const judgeForced = ({ node, to, at, error }: EventOf<'forced'>): void => {
      const index = pending.findIndex((one) => one.node === node && one.to === to)
      const [forcing] = index === -1 ? [] : pending.splice(index, 1)
      if (forcing === undefined || ledger.nodes.goneAt(node) !== null) return
      report.occasion()
      report.kind(to === 'reset' ? 'a reset' : 'forced open')
      if (error === undefined && forcing.reached) return
      report.violation({
        message: `the breaker of ${node} was ${CALLED[to]} by hand, and ${error === undefined ? `was not ${STATES[to]}` : `failed to be: ${error.code ?? error.message}`}`,
        expected: `${STATES[to]}, reported before the call resolves`,
        actual: `${model.period(node).state} since ${model.period(node).since.at} ms, called at ${forcing.began.at} ms`,
        node,
        at,
      })
    }

    const refusals = createRefusals(claim.code)
    const judgeRefusal = ({ op, node, at }: EventOf<'published'>): void => {
      const period = model.period(node)
      if (period.state !== 'closed' || !period.byHand || at <= period.since.at + ledger.run.slack) return
      blame(period, `refused ${op}, but it had been reset`, 'closed until its counts open it', at, op)
    }

    return {
      takes: [...model.takes, ...refusals.takes, 'publish'],
      step(event, moment) {
        if (refusals.refused(event)) judgeRefusal(event)
        model.step(event, moment)
        if (event.type === 'force') {
          const period = model.period(event.node)
          const reached = period.state === STATES[event.to] || period.state === 'shut-down'
          pending.push({ to: event.to, node: event.node, began: moment, reached })
          if (event.to === 'reset' && period.state === 'closed') untried.add(period)
        }
        if (event.type === 'forced') judgeForced(event)
        if (event.type !== 'publish') return
        const period = model.period(event.node)
        if (period.state === 'isolated') called.push({ op: event.op, period })
      },
      end(complete) {
        for (const { op, period } of called) {
          const operation = ledger.operations.get(op)
          if (operation !== undefined) judgeCall(ledger, report, claim.code, operation, period, complete)
        }
        if (complete) for (const one of pending) judgeHanging(ledger, report, one)
        judgeClosed(ledger, report)
      },
    }
  }),
}

function judgeHanging({ nodes }: Ledger, report: Report, { node, to, began }: Forcing): void {
  const gone = nodes.goneAt(node)
  if (gone !== null && gone.at <= began.at) return
  report.violation({
    message: `the breaker of ${node} was ${CALLED[to]} by hand, and the call never settled`,
    expected: `${STATES[to]} when the call resolves`,
    actual: `called at ${began.at} ms`,
    node,
    at: began.at,
  })
}

/** A publish that a closed bus refuses is also refused after a reset; other clauses judge one that it accepts. */
function judgeClosed({ trials }: Ledger, report: Report): void {
  const all = [...trials.all()]
  for (const { trial, what, node, ended } of all) {
    if (what !== 'publish-reset' || ended?.outcome !== 'taken') continue
    const before = all.find((one) => one.what === 'publish-closed' && one.node === node)
    if (before?.ended?.outcome !== 'refused') continue
    report.violation({
      message: `a reset of the breaker of ${node}, which was closed, let a publish through`,
      expected: 'refused: shut down is final',
      actual: `accepted at ${ended.at} ms`,
      node,
      op: trial,
      at: ended.at,
    })
  }
}
