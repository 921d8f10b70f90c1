/** Outages of links, and which of them a bus must have noticed when it was asked how it is. */
import type { BusHealth, Role } from '../../adapter.ts'
import { hasLanded } from '../../events/system.ts'
import type { Event } from '../event.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { type Answered, createHealthChecks, type HealthChecks, type HealthClaim } from './asked.ts'

/** While one of these lasts, nothing that is asked over the link is answered. */
const SILENCING: ReadonlySet<string> = new Set(['refuse', 'black-hole'])
/** How much later something can be told than it was seen, by another clock of the machine, ms. */
const CLOCKS = { simulated: 1, real: 100 } as const
/** How long before it is told a fault may be healed, ms. */
const HEALING = { simulated: 1, real: 500 } as const

export interface Outage {
  readonly role: Role
  readonly kind: string
  readonly from: number
  readonly to: number
}

interface Outages {
  readonly takes: readonly Event['type'][]
  step(event: Event): void
  /** One that had landed, on a link that the bus uses, and that every look was made in; null for none. Ask at the end. */
  noticedBy(check: Answered): Outage | null
}

function createOutages(ledger: Ledger, claim: HealthClaim): Outages {
  const { run, faults, stalls, groups } = ledger
  const begun = new Map<number, number>()
  /** Those that landed and are over. */
  const outages: Outage[] = []
  /** When each node first did what needs the link, by node and role. */
  const firstUse = new Map<string, number>()
  const use = (node: string, role: Role, at: number): void => {
    const key = `${role} ${node}`
    if (!firstUse.has(key)) firstUse.set(key, at)
  }

  /** From before the outage; a member also until the answer. */
  const isUsed = ({ node, answered }: Answered, role: Role, from: number): boolean => {
    if (role !== 'consume') return (firstUse.get(`${role} ${node}`) ?? Number.POSITIVE_INFINITY) < from
    return [...groups.consumers()].some(
      (one) =>
        one.node === node &&
        one.subscribed !== null &&
        one.subscribed.at < from &&
        (one.leaving === null || one.leaving.seq > answered.seq),
    )
  }

  /** By the clock of the run; infinity where the wall clock cannot tell. */
  const atOf = (time: string): number =>
    run.startedAt === undefined || faults.clockStepped() ? Number.POSITIVE_INFINITY : Date.parse(time) - run.startedAt

  const lookedAt = ({ components }: BusHealth): number =>
    Math.min(...components.map(({ checkedAt }) => atOf(checkedAt)))

  return {
    takes: ['fault', 'healed', 'publish', 'write', 'dead-lettered'],
    step(event) {
      if (event.type === 'publish' || event.type === 'write') use(event.node, 'publish', event.at)
      else if (event.type === 'dead-lettered') use(event.node, 'dead-letter', event.at)
      else if (event.type !== 'fault' && event.type !== 'healed') return
      else if (event.role === 'system' || !SILENCING.has(event.kind)) return
      else if (event.type === 'fault') begun.set(event.fault, event.at)
      else {
        const from = begun.get(event.fault)
        if (from === undefined || !hasLanded(event.landed)) return
        outages.push({ role: event.role, kind: event.kind, from, to: event.at })
      }
    },
    noticedBy(check) {
      const { asked, answered, health } = check
      const since = asked.at - claim.timeout - claim.age - run.slack
      const looked = lookedAt(health)
      const isWithin = ({ from }: Outage): boolean => {
        if (from < since) return !stalls.touch(since, answered.at)
        // By its own account each look began in it, which does not depend on how slow the machine is.
        const isInside = Number.isFinite(looked) && from + CLOCKS[run.site] + claim.timeout < looked
        return isInside && !stalls.touchBriefly(from, answered.at)
      }
      const found = outages.find(
        (one) => answered.at < one.to - HEALING[run.site] && isUsed(check, one.role, one.from) && isWithin(one),
      )
      return found ?? null
    },
  }
}

/** Health checks, and the outages that they must have noticed. */
export function createChecksInOutages(ledger: Ledger, claim: HealthClaim): HealthChecks & Pick<Outages, 'noticedBy'> {
  const checks = createHealthChecks(ledger, claim)
  const outages = createOutages(ledger, claim)
  return {
    ...checks,
    takes: [...checks.takes, ...outages.takes],
    step(event, moment) {
      checks.step(event, moment)
      outages.step(event)
    },
    noticedBy: outages.noticedBy,
  }
}
