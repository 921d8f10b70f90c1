import type { Role } from '../../adapter.ts'
import { hasLanded } from '../../events/system.ts'
import type { Check } from '../check.ts'
import type { EventOf } from '../event.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isBefore } from '../tracker/moment.ts'
import { type Answered, createHealthChecks, saidOf } from './asked.ts'

/** While one of these lasts, nothing that is asked over the link is answered. */
const SILENCING: ReadonlySet<string> = new Set(['refuse', 'black-hole'])

/** How much later something can be told than it was seen, by another clock of the machine, ms. */
const CLOCKS = { simulated: 1, real: 100 } as const
/** How long before it is told a fault may be healed, ms. */
const HEALING = { simulated: 1, real: 500 } as const

interface Outage {
  readonly role: Role
  readonly kind: string
  readonly from: number
  readonly to: number
}

/** health/2: no health check says healthy in an outage, and each does where there is no fault. */
export const truth: Check = {
  clause: 'health/2',
  file: import.meta.url,
  detect(ledger, report) {
    const { run, nodes, faults, stalls } = ledger
    const claim = run.claims.health
    if (claim === undefined) return {}
    const checks = createHealthChecks(ledger, claim)
    const begun = new Map<number, number>()
    /** Those that landed and are over. */
    const outages: Outage[] = []

    const follow = (event: EventOf<'fault'> | EventOf<'healed'>): void => {
      if (event.role === 'system' || !SILENCING.has(event.kind)) return
      if (event.type === 'fault') return void begun.set(event.fault, event.at)
      const from = begun.get(event.fault)
      if (from === undefined || !hasLanded(event.landed)) return
      outages.push({ role: event.role, kind: event.kind, from, to: event.at })
    }

    /** By the clock of the run; infinity where the wall clock cannot tell. */
    const atOf = (time: string): number =>
      run.startedAt === undefined || faults.clockStepped() ? Number.POSITIVE_INFINITY : Date.parse(time) - run.startedAt

    /** Whether everything was looked at in the outage, and answered well before its end: then it does not matter how slow the machine is. */
    const isWithin = (from: number, looked: number, answered: number, to: number): boolean =>
      Number.isFinite(looked) &&
      from + CLOCKS[run.site] < looked &&
      answered < to - HEALING[run.site] &&
      !stalls.touchBriefly(from, answered)

    const judge = (check: Answered): void => {
      const { node, asked, answered, health } = check
      const gone = nodes.goneAt(node)
      if (gone !== null && isBefore(gone, answered)) return
      const since = asked.at - claim.timeout - claim.age - run.slack
      const looked = Math.min(...health.components.map(({ checkedAt }) => atOf(checkedAt)))
      const outage = outages.find(
        ({ role, from, to }) =>
          ((from < since && answered.at < to) || isWithin(from, looked, answered.at, to)) &&
          usesLink(ledger, check, role, from),
      )
      if (outage !== undefined) {
        report.occasion()
        report.kind('in an outage')
        if (health.status !== 'healthy') return
        report.violation({
          message: `${node} says that it is healthy, but its ${outage.role} link has been dead for ${Math.round(asked.at - outage.from)} ms`,
          expected: `degraded or unhealthy ${claim.timeout + claim.age} ms after the link went dead (${outage.kind} from ${outage.from} to ${outage.to} ms)`,
          actual: saidOf(health),
          node,
          at: answered.at,
        })
        return
      }
      const isHealthy = health.status === 'healthy'
      // One that is well before it must be is one that has recovered in time.
      if (!(isHealthy ? checks.mayBeWell(check) : checks.mustBeWell(check))) return
      report.occasion()
      report.kind('without a fault')
      if (isHealthy) return
      report.violation({
        message: `${node} says that it is ${health.status}, but nothing is wrong`,
        expected: `healthy: there has been no fault for ${run.claims.recovery.deadline} ms`,
        actual: saidOf(health),
        node,
        at: answered.at,
      })
    }

    return {
      takes: [...checks.takes, 'fault', 'healed'],
      step(event, moment) {
        checks.step(event, moment)
        if (event.type === 'fault' || event.type === 'healed') follow(event)
      },
      end() {
        for (const check of checks.answered()) judge(check)
      },
    }
  },
}

/** Every bus publishes; the other links are only used where the node has a member, from before the outage until the answer. */
function usesLink({ groups }: Ledger, { node, answered }: Answered, role: Role, from: number): boolean {
  if (role === 'publish') return true
  return [...groups.consumers()].some(
    (one) =>
      one.node === node &&
      one.subscribed !== null &&
      one.subscribed.at < from &&
      (one.leaving === null || one.leaving.seq > answered.seq),
  )
}
