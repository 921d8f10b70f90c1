import type { Claims } from '../claims.ts'
import { isTaken } from './outcome.ts'
import { type OutageKind, outageName, type Plan, type PlannedMessage } from './plan.ts'
import { fitSettings } from './settings.ts'

function fitMessage({ id, lives, row, ...message }: PlannedMessage, claims: Claims): PlannedMessage {
  const { tombstones, repeatedHeaders } = claims.messages
  return {
    ...message,
    ...(claims.deduplication === undefined ? {} : { id: id ?? -1 }),
    ...(claims.timeToLive === undefined ? {} : { lives: lives ?? null }),
    ...(claims.record === undefined ? {} : { row: row ?? null }),
    body: message.body === 'tombstone' && !tombstones ? 'empty' : message.body,
    headers: message.headers === 'repeated' && !repeatedHeaders ? 'text' : message.headers,
    outcome: isTaken(message.outcome, claims) ? message.outcome : { kind: 'ok' },
  }
}

/**
 * A plan that suits an adapter, made from one that was written without regard to its claims: settings for exactly its
 * settable figures, and nothing that the adapter does not claim to take. A plan that suits already stays as it is.
 */
export function fitPlan({ forces, poisons, ...plan }: Plan, claims: Claims): Plan {
  const faults = plan.faults.filter(({ role }) => role !== 'deadletter' || claims.deadLetter !== undefined)
  return {
    ...plan,
    faults,
    messages: plan.messages.map((message) => fitMessage(message, claims)),
    settings: fitSettings(plan.settings, claims),
    ...(claims.breaker?.manual === true ? { forces: forces ?? [] } : {}),
    ...(claims.deadLetter?.poison === true ? { poisons: poisons ?? [] } : {}),
  }
}

/** What an adapter claims, and what can happen to the processes of the system behind it. */
export interface Able {
  readonly claims: Claims
  readonly outages: readonly OutageKind[]
}

/**
 * What a plan tells of that cannot happen: outages that the system's processes cannot have, or a cut to dead letters that
 * the adapter does not claim, where nothing else is the matter, or a breaker that nobody can work by hand, or writes with
 * their events, or what cannot be read, or a step of the clock by which messages live, or the loss of a disk that the adapter
 * does not claim to survive. In a few words, or null when all of it can happen.
 */
export function lacking(plan: Plan, can: Able): string | null {
  const outages = new Set(plan.outages.map(({ kind }) => kind).filter((kind) => !can.outages.includes(kind)))
  if (outages.size > 0) return `no ${[...outages].map(outageName).join(' and no ')} here`
  if (plan.outages.some(({ kind }) => kind === 'clock-step') && can.claims.timeToLive !== undefined)
    return 'messages live by the wall clock'
  if (plan.outages.some(({ kind }) => kind === 'lose-disk') && can.claims.survivesDiskLoss !== true)
    return 'no going on without the disk claimed'
  if ((plan.forces ?? []).length > 0 && can.claims.breaker?.manual !== true) return 'no breaker worked by hand claimed'
  if (plan.messages.some(({ row = null }) => row !== null) && can.claims.record === undefined)
    return 'no writes with events claimed'
  if ((plan.poisons ?? []).length > 0 && can.claims.deadLetter?.poison !== true)
    return 'no dead letters of what cannot be read claimed'
  const others = plan.outages.length + plan.kills.length + plan.closes.length
  const calmed = plan.faults.length > 0 && others === 0 && fitPlan(plan, can.claims).faults.length === 0
  return calmed ? 'no dead letters claimed' : null
}
