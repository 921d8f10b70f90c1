/**
 * Why a breaker did not do what its counts demand. Each suspicion counts in its own way next to the model. A change that the
 * model does not demand, but a suspicion does, is explained by that suspicion.
 */
import type { BreakerState } from '../../adapter.ts'
import { begin, count, newTally, type Result, type Tally } from '../../breaker/tally.ts'
import type { BreakerClaim } from '../../claims.ts'
import type { Moment } from '../tracker/moment.ts'
import type { Call, Listener, Period } from './model.ts'

export interface Suspicion {
  /** What it counts instead of a call's result, none where it counts nothing; `stale`: the call began in an earlier period. */
  readonly counts: (result: Result, stale: boolean) => readonly Result[]
  /** For texts: what the breaker did; `uncounted` names the calls that must not count. */
  readonly text: (uncounted: string) => string
}

export interface Deviation {
  readonly period: Period
  readonly suspicion: Suspicion
  /** The state that it went to; null when it let a call through in a state that it ought to have left. */
  readonly to: BreakerState | null
  readonly call: Call | null
  readonly moment: Moment
}

interface Shadow {
  readonly suspicion: Suspicion
  readonly tally: Tally
  due: BreakerState | null
}

/** Listens to the model, and reports each deviation with the first suspicion that explains it. */
export function suspecting(
  claim: BreakerClaim<number>,
  suspicions: readonly Suspicion[],
  found: (deviation: Deviation) => void,
): Required<Listener> {
  const shadows = new Map<Period, readonly Shadow[]>()
  const shadowsOf = (period: Period): readonly Shadow[] => {
    const list = shadows.get(period) ?? suspicions.map(newShadow)
    shadows.set(period, list)
    return list
  }
  const tell = (deviation: Omit<Deviation, 'suspicion'>, due: BreakerState | null): void => {
    const guilty = shadowsOf(deviation.period).find((shadow) => shadow.due === due)
    if (guilty !== undefined) found({ ...deviation, suspicion: guilty.suspicion })
  }

  return {
    admitted(period, call, moment) {
      if (period.due !== null) tell({ period, to: null, call, moment }, null)
      for (const { tally } of shadowsOf(period)) begin(claim, period.state, tally, moment.at)
    },
    ended(period, { result, began }, { at }) {
      for (const shadow of shadowsOf(period)) {
        for (const counted of shadow.suspicion.counts(result, began !== period)) {
          const due = count(claim, period.state, shadow.tally, counted, at)
          shadow.due ??= due
        }
      }
    },
    changed(before, after) {
      if (after.byHand) return void shadows.delete(before)
      if (before.state !== 'closed' && before.state !== 'half-open') return
      if (before.due?.to !== after.state)
        tell({ period: before, to: after.state, call: null, moment: after.since }, after.state)
      shadows.delete(before)
    },
  }
}

const newShadow = (suspicion: Suspicion): Shadow => ({ suspicion, tally: newTally(), due: null })
