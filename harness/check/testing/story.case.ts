/**
 * Histories written by hand: each line of a test is one thing that happened, at a time in ms. Unless told otherwise it
 * happens on node `n1`, topic `t`, partition 0 and group `g`, and message `m7` lies at offset 7.
 */
import type { BreakerState, BusStats, Json, Position, Role, Row } from '../../adapter.ts'
import type { Content, Event, EventOf, Forced, Phase, SeenError, SeenRow, TrialKind } from '../../history/event.ts'

export type Happening = readonly Event[]

export const TOPIC = 't'
const NODE = 'n1'
const GROUP = 'g'

/** Where a message lies whose op ends in this number. */
export const place = (op: string, offset = Number(/\d+$/.exec(op)?.[0] ?? 0)): Position => ({
  topic: TOPIC,
  partition: 0,
  offset,
})

export const contentOf = (op: string, key: string | null = null): Content => ({
  key: key === null ? 'null' : `"${key}"`,
  value: `"${op}"`,
  headers: 'none',
})

export const error = (code: string, changes: Partial<SeenError> = {}): SeenError => ({
  code,
  effect: 'unknown',
  retryable: true,
  message: `it failed with ${code}`,
  causes: [],
  ...changes,
})
export const REFUSED = error('REFUSED', { effect: 'none' })
export const OPEN = error('BREAKER_OPEN', { effect: 'none' })
export const PERMANENT = error('OVERSIZE', { effect: 'none', retryable: false })

// ---- the run

export const phase = (at: number, name: Phase): Happening => [{ type: 'phase', at, phase: name }]
/** Healed and drained at `at`, then closed and ended. */
export const drained = (at: number): Happening => [
  ...phase(at, 'heal'),
  ...phase(at + 0.1, 'drain'),
  ...phase(at + 0.2, 'close'),
  { type: 'end', at: at + 0.3 },
]
export const end = (at: number): Happening => [{ type: 'end', at }]

// ---- members

interface Membership {
  readonly group?: string
  readonly node?: string
  readonly from?: 'earliest' | 'latest'
}

/** Asks at `at` to be a member and is one `takes` ms later. */
export const joins = (
  at: number,
  consumer: string,
  options: Membership & { readonly takes?: number } = {},
): Happening => [
  ...asksToJoin(at, consumer, options),
  { type: 'subscribed', at: at + (options.takes ?? 0), node: options.node ?? NODE, consumer },
]
export const asksToJoin = (
  at: number,
  consumer: string,
  { group = GROUP, node = NODE, from = 'earliest' }: Membership = {},
): Happening => [{ type: 'subscribe', at, node, consumer, group, topics: [TOPIC], from }]
export const asksToLeave = (at: number, consumer: string): Happening => [
  { type: 'unsubscribe', at, node: NODE, consumer },
]
export const leaves = (at: number, consumer: string, takes = 0): Happening => [
  ...asksToLeave(at, consumer),
  { type: 'unsubscribed', at: at + takes, node: NODE, consumer },
]
export const holds = (at: number, type: 'assigned' | 'revoked', consumer: string): Happening => [
  { type, at, node: NODE, consumer, partitions: [{ topic: TOPIC, partition: 0 }] },
]

// ---- publishing

interface Published {
  readonly key?: string
  readonly producer?: string
  readonly node?: string
  readonly offset?: number
  /** Its message id, and how long it lives, ms. */
  readonly id?: string
  readonly lives?: number
  /** Length of its value. */
  readonly bytes?: number
}

export const publishes = (
  at: number,
  op: string,
  { key, producer = 'p1', node = NODE, id, lives, bytes }: Published = {},
): Happening => [
  {
    type: 'publish',
    at,
    node,
    op,
    producer,
    topic: TOPIC,
    content: contentOf(op, key),
    hasKey: key !== undefined,
    ...(id === undefined ? {} : { id }),
    ...(lives === undefined ? {} : { lives }),
    ...(bytes === undefined ? {} : { bytes }),
  },
]
export const acknowledges = (at: number, op: string, offset?: number): Happening => [
  { type: 'published', at, node: NODE, op, status: 'acknowledged', position: place(op, offset) },
]
export const fails = (at: number, op: string, failure: SeenError = error('TIMEOUT')): Happening => [
  { type: 'published', at, node: NODE, op, status: 'failed', error: failure },
]
/** Queued 1 ms after it was published, unless told otherwise. */
export const queues = (at: number, op: string, options: Published & { readonly takes?: number } = {}): Happening => [
  ...publishes(at, op, options),
  { type: 'published', at: at + (options.takes ?? 1), node: options.node ?? NODE, op, status: 'queued' },
]
/** What was queued is told as acknowledged, or as failed. */
export const settles = (at: number, op: string, failure?: SeenError): Happening => [
  failure === undefined
    ? { type: 'settled', at, node: NODE, op, status: 'acknowledged', position: place(op) }
    : { type: 'settled', at, node: NODE, op, status: 'failed', error: failure },
]
/** The queue is told to be empty. */
export const empties = (at: number, recovered: number, failed = 0): Happening => [
  { type: 'drained', at, node: NODE, recovered, failed },
]
export const aborts = (at: number, op: string): Happening => [{ type: 'abort', at, node: NODE, op }]
export const stores = (at: number, op: string, { key, offset }: Published = {}): Happening => [
  { type: 'stored', at, op, position: place(op, offset), content: contentOf(op, key) },
]
export const receives = (at: number, op: string): Happening => [{ type: 'received', at, op, topic: TOPIC }]
/** Published at `at`, stored and acknowledged 1 ms later. */
export const takes = (at: number, op: string, options: Published = {}): Happening => [
  ...publishes(at, op, options),
  ...stores(at + 1, op, options),
  ...acknowledges(at + 1, op, options.offset),
]
export const begins = (at: number, op: string, attempt = 1): Happening => [
  { type: 'attempt-began', at, node: NODE, op, attempt },
]
export const ends = (
  at: number,
  op: string,
  attempt = 1,
  outcome: 'ok' | 'cancelled' | SeenError = 'ok',
): Happening => [
  typeof outcome === 'string'
    ? { type: 'attempt-ended', at, node: NODE, op, attempt, outcome }
    : { type: 'attempt-ended', at, node: NODE, op, attempt, outcome: 'failed', error: outcome },
]
/** A failed attempt from `at` to `until`. */
export const tries = (
  at: number,
  until: number,
  op: string,
  attempt = 1,
  outcome: SeenError | 'ok' = REFUSED,
): Happening => [...begins(at, op, attempt), ...ends(until, op, attempt, outcome)]
export const breaker = (at: number, from: BreakerState, to: BreakerState): Happening => [
  { type: 'breaker-changed', at, node: NODE, from, to },
]
/** Worked by hand from `at` on, until `until`; never done where it is null. */
export const forces = (
  at: number,
  to: Forced,
  { until = at, failure }: { readonly until?: number | null; readonly failure?: SeenError } = {},
): Happening => [{ type: 'force', at, node: NODE, to }, ...(until === null ? [] : forced(until, to, failure))]
export const forced = (at: number, to: Forced, failure?: SeenError): Happening => [
  { type: 'forced', at, node: NODE, to, ...(failure === undefined ? {} : { error: failure }) },
]

// ---- writing rows

const rowOf = (op: string): Row => ({
  id: `row of ${op}`,
  values: { flag: true, count: 1, ratio: 0.5, label: '1', note: null },
})
/** A row is to be stored, with its event. */
export const writes = (
  at: number,
  op: string,
  { rollsBack = false, node = NODE }: { readonly rollsBack?: boolean; readonly node?: string } = {},
): Happening => {
  const about = { node, op, producer: 'p1', topic: TOPIC, content: contentOf(op), hasKey: false }
  return [{ type: 'record', at, ...about, row: rowOf(op), rollsBack }]
}
/** The caller is told that the row is stored, and what became of its event. */
export const keeps = (
  at: number,
  op: string,
  event: 'acknowledged' | 'queued' | 'failed' = 'acknowledged',
  failure?: SeenError,
): Happening => [
  {
    type: 'recorded',
    at,
    node: NODE,
    op,
    status: 'stored',
    event,
    ...(failure === undefined ? {} : { error: failure }),
  },
]
/** The caller is told that the write failed. */
export const gives = (at: number, op: string, failure: SeenError): Happening => [
  { type: 'recorded', at, node: NODE, op, status: 'failed', error: failure },
]
/** The rows that the witness finds at the end; with other values, where there are some. */
export const finds = (at: number, ops: readonly string[], changes: Readonly<Record<string, Json>> = {}): Happening => {
  const rows: SeenRow[] = ops.map(rowOf).map(({ id, values }) => ({ id, values: { ...values, ...changes } }))
  return [{ type: 'rows', at, rows }]
}

// ---- handling

interface Handed {
  readonly group?: string
  readonly node?: string
  readonly key?: string
  readonly offset?: number
  readonly attempt?: number
  /** How the handler ends; default `ok`. */
  readonly outcome?: 'ok' | 'retryable' | 'permanent'
  /** When it ends; default at once; null for never. */
  readonly until?: number | null
}

/** The handler of `consumer` is called with the message, and ends. */
export function gets(at: number, consumer: string, op: string, options: Handed = {}): Happening {
  const { group = GROUP, node = NODE, key, offset, attempt = 1, outcome = 'ok', until = at } = options
  const about = { node, delivery: `${consumer}/${op}/${at}`, consumer, group, op }
  const content = contentOf(op, key)
  const called: Event = { type: 'deliver', at, ...about, topic: TOPIC, content, position: place(op, offset), attempt }
  return until === null ? [called] : [called, { type: 'handled', at: until, ...about, outcome }]
}
export const commits = (at: number, next: number, { group = GROUP, consumer = 'c1' } = {}): Happening => [
  { type: 'committed', at, node: NODE, consumer, group, topic: TOPIC, partition: 0, next },
]
export const stands = (at: number, next: number, group = GROUP): Happening => [
  { type: 'position', at, group, topic: TOPIC, partition: 0, next },
]
/** The message is not handed to the handler. */
export const passesOver = (
  at: number,
  op: string,
  why: 'duplicate' | 'expired',
  { group = GROUP, consumer = 'c1' } = {},
): Happening => [{ type: 'passed-over', at, node: NODE, consumer, group, position: place(op), why }]
export const reportsDeadLetter = (at: number, op: string, group = GROUP): Happening => [
  { type: 'dead-lettered', at, node: NODE, consumer: 'c1', group, position: place(op) },
]
export const deadLetters = (
  at: number,
  op: string,
  fields: Readonly<Record<string, string>> = {},
  changes: Partial<EventOf<'dead-letter'>> = {},
): Happening => [
  {
    type: 'dead-letter',
    at,
    op,
    position: { topic: `${TOPIC}.dlq`, partition: 0, offset: 0 },
    content: contentOf(op),
    fields: { ...fieldsOf(op), ...fields },
    ...changes,
  },
]
export const fieldsOf = (op: string): Readonly<Record<string, string>> => ({
  original_topic: TOPIC,
  original_partition: '0',
  original_position: String(place(op).offset),
  original_group: GROUP,
  failure_reason: 'no',
  error_type: 'Error',
  failure_timestamp: '2024-05-06T07:08:09.123Z',
  attempts: '1',
})

// ---- faults, processes

/** A fault from `at` to `until`; with `landed` false it touched nothing. */
export const fault = (at: number, until: number, role: Role, landed = true): Happening => [
  { type: 'fault', at, fault: at, kind: 'refuse', role, direction: 'up' },
  { type: 'healed', at: until, fault: at, kind: 'refuse', role, landed: { connections: landed ? 1 : 0, bytes: 0 } },
]
export const closes = (at: number, call = 0, node = NODE): Happening => [{ type: 'close', at, node, call }]
export const closed = (at: number, call = 0, failure?: SeenError): Happening => [
  { type: 'closed', at, node: NODE, call, ...(failure === undefined ? {} : { error: failure }) },
]
export const exits = (at: number): Happening => [
  { type: 'crashed', at, node: NODE, how: 'exit', message: 'it exited with code 1' },
]
/** The machine stands still from `at` to `until`. */
export const stalls = (at: number, until: number, owner = 'harness'): Happening => [
  { type: 'stall', at: until, owner, from: at },
]
/** Its process is killed by the harness. */
export const kills = (at: number, node = NODE): Happening => [{ type: 'killed', at, node }]
export const counts = (
  at: number,
  when: 'baseline' | 'calm' | 'after',
  kinds: Readonly<Record<string, number>>,
  owner = NODE,
): Happening => [{ type: 'resources', at, owner, when, counts: kinds }]
/** What the bus tells of itself; it has a client that is not lent, unless told otherwise. */
export const tells = (
  at: number,
  when: 'traffic' | 'calm',
  changes: Partial<BusStats> = {},
  node = NODE,
): Happening => [
  {
    type: 'stats',
    at,
    node,
    when,
    stats: { connections: { total: 1, active: 0, idle: 1, waiting: 0 }, sent: 0, failed: 0, bytes: 0, ...changes },
  },
]
/** What is held after each of so many cycles, the last of `of`. */
export const cycles = (
  held: readonly { readonly bytes?: number; readonly alive?: Readonly<Record<string, number>> }[],
  of: number,
): Happening =>
  held.map(({ bytes = 1_000_000, alive = {} }, index) => {
    const cycle = of - held.length + index
    return { type: 'cycle', at: cycle, node: `cycles-${cycle}`, cycle, bytes, alive }
  })

// ---- what must be refused

/** Tried at `at`; met at `until`, never where it is null. */
export const tried = (
  at: number,
  what: TrialKind,
  met: 'taken' | SeenError,
  { until = at, node = NODE }: { readonly until?: number | null; readonly node?: string } = {},
): Happening => {
  const about = { node, trial: `trial-${what}-${node}`, what }
  const began: Event = { type: 'trial', at, ...about }
  if (until === null) return [began]
  const end = met === 'taken' ? { outcome: met } : { outcome: 'refused' as const, error: met }
  return [began, { type: 'trial-ended', at: until, ...about, ...end }]
}
