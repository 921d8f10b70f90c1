/** What is published, or stored in rows, and the breaker on the way. */
import type { BreakerState, Json, Row } from '../../../adapter.ts'
import type { Forced } from '../../../events/caller.ts'
import type { SeenError, SeenRow } from '../../../events/parts.ts'
import { contentOf, error, type Happening, NODE, place, REFUSED, TOPIC } from './basis.case.ts'

interface Published {
  readonly key?: string
  readonly producer?: string
  readonly node?: string
  readonly offset?: number
  /** Its message id, and how long it lives, ms. */
  readonly id?: string
  readonly ttlMs?: number
  /** Length of its value. */
  readonly bytes?: number
}

export const publishes = (
  at: number,
  op: string,
  { key, producer = 'p1', node = NODE, id, ttlMs, bytes }: Published = {},
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
    ...(ttlMs === undefined ? {} : { ttlMs }),
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
/** Operated by hand from `at` until `until`; pending for ever if that is null. */
export const forces = (
  at: number,
  to: Forced,
  { until = at, failure }: { readonly until?: number | null; readonly failure?: SeenError } = {},
): Happening => [{ type: 'force', at, node: NODE, to }, ...(until === null ? [] : forced(until, to, failure))]
export const forced = (at: number, to: Forced, failure?: SeenError): Happening => [
  { type: 'forced', at, node: NODE, to, ...(failure === undefined ? {} : { error: failure }) },
]

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
  return [{ type: 'write', at, ...about, row: rowOf(op), rollsBack }]
}
/** The caller is told that the row is stored, and what became of its event. */
export const keeps = (
  at: number,
  op: string,
  event: 'acknowledged' | 'queued' | 'failed' = 'acknowledged',
  failure?: SeenError,
): Happening => [
  {
    type: 'written',
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
  { type: 'written', at, node: NODE, op, status: 'failed', error: failure },
]
/** The rows that the witness finds at the end; with other values, where there are some. */
export const finds = (at: number, ops: readonly string[], changes: Readonly<Record<string, Json>> = {}): Happening => {
  const rows: SeenRow[] = ops.map(rowOf).map(({ id, values }) => ({ id, values: { ...values, ...changes } }))
  return [{ type: 'rows', at, rows }]
}

/** The same on the topic of which the system refuses every message. */
export const refused = (happened: readonly Happening[]): readonly Happening[] =>
  happened.map((events) => events.map((event) => ('topic' in event ? { ...event, topic: 'refused' } : event)))
