/** What handlers are given, and what is committed and dead-lettered. */
import type { Event, EventOf } from '../../event.ts'
import { contentOf, GROUP, type Happening, NODE, place, TOPIC } from './basis.case.ts'

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
  readonly delivery?: string
}

/** The handler of `consumer` is called with the message, and ends. */
export function gets(at: number, consumer: string, op: string, options: Handed = {}): Happening {
  const { group = GROUP, node = NODE, key, offset, attempt = 1, outcome = 'ok', until = at } = options
  const { delivery = `${consumer}/${op}/${at}` } = options
  const about = { node, delivery, consumer, group, op }
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
): Happening => [{ type: 'skipped', at, node: NODE, consumer, group, position: place(op), why }]
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
