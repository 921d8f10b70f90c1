/** The health checks of a run, and what else was the case when each was answered. */
import type { BusHealth } from '../../adapter.ts'
import type { ResolvedClaims } from '../../claims.ts'
import type { SeenError } from '../../events/parts.ts'
import type { Event } from '../event.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isBefore, type Moment } from '../tracker/moment.ts'
import { type BreakerChange, createBreakers } from './breakers.ts'

export type HealthClaim = NonNullable<ResolvedClaims['health']>

export interface Answer extends Moment {
  readonly health: BusHealth | null
  readonly error: SeenError | null
}

export interface HealthCheck {
  readonly node: string
  readonly asked: Moment
  /** Null if it never was. */
  answered: Answer | null
}

/** One that was answered with the health of the bus. */
export interface Answered {
  readonly node: string
  readonly asked: Moment
  readonly answered: Moment
  readonly health: BusHealth
}

export interface HealthChecks {
  readonly takes: readonly Event['type'][]
  step(event: Event, moment: Moment): void
  /** In the order in which they were asked. */
  all(): readonly HealthCheck[]
  answered(): readonly Answered[]
  /** The state of the node's breaker, and since when, if it was the same from the question to the answer; else null. */
  breaker(check: Answered): BreakerChange | null
  /**
   * Whether it was asked when the faults were over for good, and nothing hinders the bus: it is open, and its breaker closed. It is then
   * asked until it is well, or must be. Ask at the end.
   */
  mayBeWell(check: Answered): boolean
  /** Whether that has been so for so long that the bus must be well, and nothing else excuses it. Ask at the end. */
  mustBeWell(check: Answered): boolean
  /** Whether the close of its bus had begun when it was asked. */
  wasClosing(check: HealthCheck | Answered): boolean
}

export function createHealthChecks(ledger: Ledger, claim: HealthClaim): HealthChecks {
  const { run, nodes, faults, stalls, phases } = ledger
  const all: HealthCheck[] = []
  /** Those without an answer so far, by their names. */
  const open = new Map<string, HealthCheck>()
  const breakers = createBreakers()
  /** The longest that an answer can be behind what it tells of. */
  const behind = claim.timeout + claim.age + run.slack

  const breaker = ({ node, asked, answered }: Answered): BreakerChange | null => {
    const state = breakers.before(node, answered)
    return isBefore(asked, state) ? null : state
  }

  const isUnhindered = (check: Answered): boolean => {
    const { node, asked, answered } = check
    const opened = nodes.get(node)?.opened ?? null
    const gone = nodes.goneAt(node)
    if (opened === null || (gone !== null && isBefore(gone, answered))) return false
    return breaker(check)?.to === 'closed' && !faults.touched(asked.at, answered.at)
  }

  return {
    takes: ['health-check', 'health-checked', ...breakers.takes],
    step(event, moment) {
      breakers.step(event, moment)
      if (event.type === 'health-check') {
        const check: HealthCheck = { node: event.node, asked: moment, answered: null }
        all.push(check)
        open.set(event.check, check)
      } else if (event.type === 'health-checked') {
        const check = open.get(event.check)
        if (check !== undefined) check.answered = { ...moment, health: event.health, error: event.error ?? null }
        open.delete(event.check)
      }
    },
    all: () => all,
    answered: () =>
      all.flatMap(({ node, asked, answered }) =>
        answered === null || answered.health === null ? [] : [{ node, asked, answered, health: answered.health }],
      ),
    breaker,
    mayBeWell(check) {
      const healed = phases.began('heal')
      return healed !== null && isBefore(healed, check.asked) && isUnhindered(check)
    },
    mustBeWell(check) {
      const { node, asked, answered } = check
      const since = asked.at - behind
      const opened = nodes.get(node)?.opened ?? null
      const state = breaker(check)
      if (!isUnhindered(check) || opened === null || opened.at > since) return false
      if (state !== null && state.at > since) return false
      const from = since - run.claims.recovery.deadline
      return !faults.touched(from, answered.at) && !stalls.touch(from, answered.at)
    },
    wasClosing({ node, asked }) {
      const gone = nodes.goneAt(node)
      return gone !== null && nodes.get(node)?.exited === null && isBefore(gone, asked)
    },
  }
}

/** For sentences: what a bus said of its components. */
export const saidOf = ({ status, ready, components }: BusHealth): string =>
  `${status}, ${ready ? 'ready' : 'not ready'}; ${components.map(({ name, status, message }) => `${name} ${status} (${message})`).join(', ')}`
