import type { BreakerState } from '../../adapter.ts'
import type { Check } from '../check.ts'
import type { EventOf } from '../event.ts'
import type { Moment } from '../tracker/moment.ts'
import { rounded } from '../tracker/timing.ts'
import { guarded } from './guarded.ts'
import { createBreakerModel, type Period } from './model.ts'
import { createRefusals } from './refused-alone.ts'

/** Forced open and shut down may come at any time, and so may closed by hand; shut down is final. */
const NEXT: Readonly<Record<BreakerState, readonly BreakerState[]>> = {
  closed: ['open', 'isolated', 'shut-down'],
  open: ['half-open', 'isolated', 'shut-down'],
  'half-open': ['closed', 'open', 'isolated', 'shut-down'],
  isolated: ['closed', 'shut-down'],
  'shut-down': [],
}

/** breaker/8: only legal changes, each reported once; failures while the breaker is open do not restart its reset time. */
export const transitions: Check = {
  clause: 'breaker/8',
  file: import.meta.url,
  detect: guarded((claim, ledger, report) => {
    const refusals = createRefusals(claim.code)
    /** Last failure that came while it was open, later than what opened it, by period. */
    const failed = new Map<Period, Moment>()
    const model = createBreakerModel(ledger, claim, {
      ended(period, { result }, moment) {
        if (period.state === 'open' && result === 'bad' && moment.at > period.cause) failed.set(period, moment)
      },
    })

    const judgeChange = (
      { node, from, to, at }: EventOf<'breaker-changed'>,
      { state, since }: Period,
      { byHand }: Period,
    ): void => {
      const wrong = wrongOf(state, from, to, byHand)
      if (wrong === null) return
      report.violation({
        message: `the breaker of ${node} ${wrong}`,
        expected: `from ${state} to ${NEXT[state].join(', or ') || 'nothing else'}, reported once`,
        actual: `${state} since ${since.at} ms, then reported a change from ${from} to ${to}`,
        node,
        at,
      })
    }

    const judgeRefusal = ({ op, node, at }: EventOf<'published'>): void => {
      const period = model.period(node)
      const last = failed.get(period)
      const due = period.cause + claim.reset
      const { slack } = ledger.run
      if (last === undefined || at <= due + slack || at > last.at + claim.reset + slack) return
      report.violation({
        message: `the breaker of ${node} stayed open longer because of a failure while it was open`,
        expected: `half-open on the first call after ${rounded(due)} ms`,
        actual: `open since ${period.since.at} ms, a failure at ${last.at} ms, ${op} refused at ${at} ms`,
        op,
        node,
        at,
      })
    }

    return {
      takes: [...model.takes, ...refusals.takes],
      step(event, moment) {
        if (refusals.refused(event)) judgeRefusal(event)
        const before = event.type === 'breaker-changed' ? model.period(event.node) : null
        model.step(event, moment)
        if (event.type !== 'breaker-changed' || before === null) return
        // A close ends every run, and says nothing about the breaker.
        if (event.to !== 'shut-down') report.occasion()
        judgeChange(event, before, model.period(event.node))
      },
    }
  }),
}

function wrongOf(state: BreakerState, from: BreakerState, to: BreakerState, byHand: boolean): string | null {
  if (to === state) return `reported twice that it is ${to}`
  if (from !== state) return `reported a change from ${from}, but it was ${state}`
  const isLegal = NEXT[state].includes(to) || (byHand && state !== 'shut-down')
  return isLegal ? null : `went from ${from} to ${to}`
}
