import { environmentNames } from '../claims/configuration-rules.ts'
import { EXCLUDED, LINKS, MESSAGE_OPTIONS, OUTAGES, PLAN_LISTS } from '../claims/plans.ts'
import type { Claims } from '../claims.ts'
import { type OutageKind, outageName } from '../faults.ts'
import { type Lacks, without } from '../lacks.ts'
import { isTakenName } from './message.ts'
import { isTaken } from './outcome.ts'
import type { Plan, PlannedConsumer, PlannedFault, PlannedHeader, PlannedHeaders, PlannedMessage } from './plan.ts'
import { fitSettings } from './settings.ts'

/** The same without what only some adapters claim. */
const plain = <T extends object>(of: T, parts: readonly { readonly name: keyof T }[]): T =>
  Object.fromEntries(Object.entries(of).filter(([name]) => !parts.some((part) => part.name === name))) as T

function fitMessage(message: PlannedMessage, claims: Claims): PlannedMessage {
  const { tombstones } = claims.messages
  const options = MESSAGE_OPTIONS.filter((option) => option.isClaimed(claims))
  return {
    ...plain(message, MESSAGE_OPTIONS),
    ...Object.fromEntries(options.map(({ name, values: [none] }) => [name, message[name] ?? none])),
    body: message.body === 'tombstone' && !tombstones ? { text: '' } : message.body,
    headers: fitHeaders(message.headers, claims),
    outcome: isTaken(message.outcome, claims) ? message.outcome : { kind: 'ok' },
  }
}

function fitHeaders(headers: PlannedHeaders, { messages }: Claims): PlannedHeaders {
  if (headers === 'text') return headers
  const isFirst = ({ name }: PlannedHeader, place: number): boolean =>
    headers.findIndex((other) => other.name === name) === place
  return headers.filter(
    (header, place) => isTakenName(header.name, messages) && (messages.repeatedHeaders || isFirst(header, place)),
  )
}

/** The part about links that this fault needs and the adapter does not claim. */
const linkLacking = ({ role }: PlannedFault, claims: Claims) =>
  LINKS.find((link) => link.role === role && !link.isClaimed(claims))

/**
 * Adapts a plan that was written without regard to an adapter's claims: settings for exactly its settable figures, and nothing
 * that the adapter does not claim or its system lacks. A plan that fits already stays unchanged.
 */
export function fitPlan(plan: Plan, claims: Claims, lacks: Lacks = {}): Plan {
  return fitToSystem(fitToClaims(plan, claims), lacks)
}

function fitToClaims(plan: Plan, claims: Claims): Plan {
  const missing = PLAN_LISTS.filter((list) => list.isClaimed(claims) && plan[list.name] === undefined)
  return {
    ...plain(
      plan,
      PLAN_LISTS.filter((list) => !list.isClaimed(claims)),
    ),
    faults: plan.faults.filter((fault) => linkLacking(fault, claims) === undefined),
    messages: plan.messages.map((message) => fitMessage(message, claims)),
    settings: fitSettings(plan.settings, claims),
    ...Object.fromEntries(missing.map(({ name }) => [name, []])),
  }
}

/** Nothing in it needs what the system lacks. */
export function fitToSystem(plan: Plan, lacks: Lacks): Plan {
  const has = (capability: keyof Lacks): boolean => lacks[capability] === undefined
  const consumers = has('groupMembership') ? plan.consumers : oneAGroup(plan.consumers)
  return {
    ...plan,
    // The only process is the one that everything would be lost with.
    ...(has('network') ? {} : { faults: [], outages: [], kills: [], nodes: 1, uses: 0 }),
    ...(has('refusedTopics') || plan.refusals === undefined ? {} : { refusals: [] }),
    ...(has('partitions') ? {} : { topics: plan.topics.map(() => ({ partitions: 1 })) }),
    consumers: has('storedLog') ? consumers : withoutLateGroups(consumers, plan.topics.length),
  }
}

/** The member of each group that is there first, from the earliest message where several are. */
function oneAGroup(consumers: readonly PlannedConsumer[]): readonly PlannedConsumer[] {
  const firsts = new Map<number, PlannedConsumer>()
  const rank = ({ joinAt, from }: PlannedConsumer): number => joinAt * 2 + (from === 'earliest' ? 0 : 1)
  for (const one of consumers) {
    const first = firsts.get(one.group)
    if (first === undefined || rank(one) < rank(first)) firsts.set(one.group, one)
  }
  return consumers.filter((one) => firsts.get(one.group) === one)
}

/** What was consumed is gone, so each group is there, on each of its topics, before the first message. */
function withoutLateGroups(consumers: readonly PlannedConsumer[], topics: number): readonly PlannedConsumer[] {
  const lineOf = ({ group, topic }: PlannedConsumer): string => `${group} ${topic % topics}`
  const begins = new Map<string, number>()
  for (const one of consumers) begins.set(lineOf(one), Math.min(one.joinAt, begins.get(lineOf(one)) ?? one.joinAt))
  return consumers.map((one) => (one.joinAt === begins.get(lineOf(one)) ? { ...one, joinAt: 0 } : one))
}

/** What an adapter claims, and what can happen to the processes of the system behind it. */
export interface Able {
  readonly claims: Claims
  readonly outages: readonly OutageKind[]
  /** Default: nothing. */
  readonly lacks?: Lacks
}

/**
 * What a plan contains that cannot happen: outages that the system does not support, or that say nothing about this adapter;
 * parts that need a claim; or faults on a link that the adapter does not claim to use, if the plan has no others. In a few
 * words, or null if everything can happen.
 */
export function lacking(plan: Plan, can: Able): string | null {
  const { lacks = {} } = can
  const isDisturbed = plan.faults.length + plan.outages.length + plan.kills.length > 0
  // Nor can what such a bus keeps for later readers be told from what it should have let go.
  if ((isDisturbed || plan.uses > 0) && lacks.network !== undefined) return without('network', lacks)
  if ((plan.refusals ?? []).length > 0 && lacks.refusedTopics !== undefined) return without('refusedTopics', lacks)
  const outages = new Set(plan.outages.map(({ kind }) => kind).filter((kind) => !can.outages.includes(kind)))
  if (outages.size > 0) return `no ${[...outages].map(outageName).join(' and no ')} here`
  if (plan.environment !== undefined && !environmentNames(can.claims).includes(plan.environment))
    return `no environment ${plan.environment} claimed`
  return excluded(plan, can.claims) ?? unclaimed(plan, can.claims) ?? calmed(plan, can.claims)
}

const hasOutage = ({ outages }: Plan, wanted: string): boolean => outages.some(({ kind }) => kind === wanted)

const excluded = (plan: Plan, claims: Claims): string | null =>
  EXCLUDED.find((one) => one.isClaimed(claims) && hasOutage(plan, one.outage))?.because ?? null

function unclaimed(plan: Plan, claims: Claims): string | null {
  const used = [
    ...OUTAGES.filter(({ kind }) => hasOutage(plan, kind)),
    ...PLAN_LISTS.filter(({ name }) => (plan[name] ?? []).length > 0),
    ...MESSAGE_OPTIONS.filter(({ name, values: [none] }) => plan.messages.some((one) => (one[name] ?? none) !== none)),
  ]
  return used.find(({ lacks, isClaimed }) => lacks !== undefined && !isClaimed(claims))?.lacks ?? null
}

/** Of a plan in which only faults happen that cannot. */
function calmed(plan: Plan, claims: Claims): string | null {
  if (plan.outages.length + plan.kills.length + plan.closes.length > 0) return null
  const [first, ...others] = plan.faults.map((fault) => linkLacking(fault, claims))
  return others.includes(undefined) ? null : (first?.lacks ?? null)
}
