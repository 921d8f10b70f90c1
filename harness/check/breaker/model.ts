/**
 * A model of each node's breaker. It follows the changes that the adapter reports, and resets by hand, which begin a new period
 * even if the breaker is already closed. It counts what happens in each period; a result counts only in the period in which its
 * call began. It judges nothing: each clause of the breaker listens for its own part.
 */
import type { BreakerState } from '../../adapter.ts'
import { begin, count, newTally, type Result, type Tally } from '../../breaker/tally.ts'
import type { BreakerClaim } from '../../claims.ts'
import type { Event, EventOf } from '../event.ts'
import type { Ledger } from '../tracker/ledger.ts'
import type { Moment } from '../tracker/moment.ts'
import { type Calls, callsOf } from './calls.ts'

/** A stretch of time in one state. */
export interface Period extends Tally {
  readonly node: string
  readonly state: BreakerState
  readonly since: Moment
  /**
   * The time of the end that demanded it, or else of the preceding end of an attempt: consequences such as a reset time may
   * run from then, ms.
   */
  readonly cause: number
  /** Null while it lasts. */
  ended: Moment | null
  /** Begun and not ended in this period. */
  inFlight: number
  /** The state that the counts demand, and since when; null if they demand none. */
  due: { readonly to: BreakerState; readonly since: Moment } | null
  /** It was entered by hand. */
  readonly byHand: boolean
}

export interface Call {
  readonly op: string
  readonly name: string
}

export interface EndedCall extends Call {
  readonly result: Result
  /** The period in which it began: its result counts only during that period. */
  readonly began: Period
}

export interface Listener {
  /** A call was let through; the period includes it already. */
  admitted?(period: Period, call: Call, moment: Moment): void
  /** A call ended in this period; if it counts, the period includes it already. */
  ended?(period: Period, call: EndedCall, moment: Moment): void
  changed?(before: Period, after: Period): void
}

export interface BreakerModel {
  readonly takes: readonly Event['type'][]
  step(event: Event, moment: Moment): void
  /** A breaker is closed until a change is reported. */
  period(node: string): Period
}

const START: Moment = { at: 0, seq: -1 }

export function createBreakerModel({ run }: Ledger, claim: BreakerClaim<number>, listener: Listener): BreakerModel {
  // If the breaker wraps the retries, the retries show which attempt is the last.
  const calls: Calls = callsOf(claim, run.claims.retry?.retries ?? 0)
  const periods = new Map<string, Period>()
  const begunIn = new Map<string, Period>()
  const lastEnd = new Map<string, number>()
  /** Pending operations by hand, by node. */
  const forcing = new Map<string, EventOf<'force'>['to'][]>()

  const enter = (node: string, state: BreakerState, since: Moment, byHand = false): Period => {
    const due = periods.get(node)?.due
    const cause = due?.to === state ? due.since.at : (lastEnd.get(node) ?? since.at)
    const period: Period = { node, state, since, cause, ended: null, inFlight: 0, ...newTally(), due: null, byHand }
    periods.set(node, period)
    return period
  }
  const periodOf = (node: string): Period => periods.get(node) ?? enter(node, 'closed', START)

  return {
    period: periodOf,
    takes: ['breaker-changed', 'force', 'forced', 'attempt-began', 'attempt-ended', 'published'],
    step(event, moment) {
      if (event.type === 'breaker-changed') {
        const before = periodOf(event.node)
        before.ended = moment
        const after = enter(event.node, event.to, moment, isAsked(forcing.get(event.node) ?? [], event.to))
        listener.changed?.(before, after)
        return
      }
      if (event.type === 'force') {
        forcing.set(event.node, [...(forcing.get(event.node) ?? []), event.to])
        const before = periodOf(event.node)
        if (event.to !== 'reset' || before.state !== 'closed') return
        before.ended = moment
        enter(event.node, 'closed', moment, true)
        return
      }
      if (event.type === 'forced') {
        const pending = forcing.get(event.node) ?? []
        forcing.set(event.node, pending.toSpliced(pending.indexOf(event.to), 1))
        return
      }
      if (event.type === 'attempt-ended') lastEnd.set(event.node, event.at)
      const call = calls.of(event)
      if (call === null) return
      const key = `${call.node} ${call.call}`
      if (call.type === 'began') {
        const period = periodOf(call.node)
        period.inFlight += 1
        begin(claim, period.state, period, moment.at)
        begunIn.set(key, period)
        listener.admitted?.(period, { op: call.op, name: call.call }, moment)
      } else {
        const began = begunIn.get(key)
        begunIn.delete(key)
        if (began === undefined) return
        const period = periodOf(call.node)
        if (period === began) settle(claim, period, call.result, moment)
        listener.ended?.(period, { op: call.op, name: call.call, result: call.result, began }, moment)
      }
    },
  }
}

const isAsked = (pending: readonly EventOf<'force'>['to'][], state: BreakerState): boolean =>
  (state === 'closed' && pending.includes('reset')) || (state === 'isolated' && pending.includes('isolate'))

function settle(claim: BreakerClaim<number>, period: Period, result: Result, moment: Moment): void {
  period.inFlight -= 1
  const to = count(claim, period.state, period, result, moment.at)
  if (to !== null) period.due ??= { to, since: moment }
}
