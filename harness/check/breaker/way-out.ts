import type { Check } from '../check.ts'
import type { EventOf } from '../event.ts'
import { counted, instant } from '../tracker/timing.ts'
import { guarded } from './guarded.ts'
import { createBreakerModel, type Period } from './model.ts'
import { createRefusals } from './refused-alone.ts'

/** The time that an adapter may take between the change to half-open, or the end of a probe, and the next probe, ms. */
const THOUGHT = 1

interface Probe {
  readonly op: string
  /** When it began, ms. */
  readonly at: number
}

/** Why a refusal was wrong: in words, and the publish that holds a permit for too long. */
interface Wrong {
  readonly why: string
  readonly op?: string
}

/** A half-open period, as far as it is known. */
interface Probing {
  /** The probes in flight, by the call's name. */
  readonly probes: Map<string, Probe>
  /** Since when there has been a permit to spare, ms; null while all are taken. */
  free: number | null
  /** Probes that have ended, and the last of them. */
  over: number
  last: Probe | null
}

/** breaker/6: every probe returns its permit, however it ends, and every half-open period ends. */
export const wayOut: Check = {
  clause: 'breaker/6',
  file: import.meta.url,
  detect: guarded((claim, ledger, report) => {
    const { permits } = claim.halfOpen
    const { publish } = ledger.run.claims
    /** How long a probe may take before its time-out must have ended it, ms. */
    const longest = claim.retry === 'outside' ? publish.timeout : publish.deadline
    const periods = new Map<Period, Probing>()
    /** When a publish, at the earliest, asked last. */
    const asked = new Map<string, number>()

    const probingIn = (period: Period): Probing | null => {
      if (period.state !== 'half-open') return null
      const probing = periods.get(period) ?? { probes: new Map(), free: period.since.at, over: 0, last: null }
      periods.set(period, probing)
      return probing
    }
    const taken = ({ probes }: Probing): boolean => probes.size >= permits

    const model = createBreakerModel(ledger, claim, {
      admitted(period, { op, name }, { at }) {
        const probing = probingIn(period)
        if (probing === null) return
        if (probing.over > 0) report.occasion()
        probing.probes.set(name, { op, at })
        if (taken(probing)) probing.free = null
      },
      ended(period, { op, name, began }, { at }) {
        const probing = probingIn(period)
        if (probing === null || began !== period) return
        probing.probes.delete(name)
        probing.over += 1
        probing.last = { op, at }
        if (!taken(probing)) probing.free ??= at
      },
    })

    const refusals = createRefusals(claim.code)
    const judgeRefusal = ({ op, node, at }: EventOf<'published'>): void => {
      const period = model.period(node)
      const probing = probingIn(period)
      if (probing === null) return
      if (probing.over > 0) report.occasion()
      const since = asked.get(op) ?? at
      const wrong = held(probing, since) ?? spare(probing, since, at)
      if (wrong === null) return
      report.violation({
        message: `the half-open breaker of ${node} refused ${op}, but ${wrong.why}`,
        expected: `a half-open breaker refuses only while ${permits === 1 ? 'its permit is' : `all its ${permits} permits are`} held, at most ${longest} ms for each probe`,
        actual: `at ${instant(at)} ms it refused a call with ${probing.probes.size === 0 ? 'no probe' : counted(probing.probes.size, 'probe')} in flight; ${endedOf(period, probing)}`,
        op,
        others: [wrong.op, probing.last?.op],
        node,
        at,
      })
    }

    /** A permit was there from before the call asked until it was refused. */
    const spare = ({ free }: Probing, since: number, at: number): Wrong | null =>
      free !== null && (free + THOUGHT < since || free + ledger.run.slack < at)
        ? { why: `${permits === 1 ? 'its' : 'a'} permit had been free since ${instant(free)} ms` }
        : null

    /** All permits are taken, but by probes that must have ended by then. */
    const held = ({ probes }: Probing, since: number): Wrong | null => {
      const late = [...probes].filter(([, probe]) => probe.at + longest + ledger.run.slack < since)
      const first = late[0]
      if (first === undefined || probes.size - late.length >= permits) return null
      const [name, { op, at }] = first
      return { why: `${name}, which has held a permit since ${instant(at)} ms, must be over long ago`, op }
    }

    return {
      takes: [...model.takes, ...refusals.takes, 'publish'],
      step(event, moment) {
        model.step(event, moment)
        if (event.type === 'publish' || event.type === 'attempt-ended') asked.set(event.op, event.at)
        if (refusals.refused(event)) judgeRefusal(event)
      },
    }
  }),
}

/** For sentences: the outcomes of the probes. */
function endedOf({ since }: Period, { probes, over, last }: Probing): string {
  if (last === null) return `none had ended since it turned half-open at ${instant(since.at)} ms`
  const which = over === 1 && probes.size === 0 ? 'the only probe' : 'the last probe to end'
  return `${which} (${last.op}) had ended at ${instant(last.at)} ms`
}
