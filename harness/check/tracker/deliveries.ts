import type { Content } from '../../events/parts.ts'
import type { Event, Position } from '../event.ts'
import { listIn, type Moment, mapIn, NONE } from './moment.ts'

/** One call of a handler. */
export interface Delivered {
  readonly id: string
  readonly node: string
  readonly consumer: string
  readonly group: string
  readonly op: string | null
  readonly topic: string
  readonly content: Content
  readonly position: Position | null
  /** As the adapter counts it. */
  readonly attempt: number
  readonly began: Moment
  handled: (Moment & { readonly outcome: 'ok' | 'retryable' | 'permanent' }) | null
}

export interface Deliveries {
  readonly takes: readonly Event['type'][]
  step(event: Event, moment: Moment): void
  /** In the order in which the handlers were called. */
  readonly all: readonly Delivered[]
  get(delivery: string): Delivered | undefined
  of(group: string, op: string): readonly Delivered[]
  /** When the group first handled the message well; null when it never did. */
  handledOk(group: string, op: string): Moment | null
}

export function createDeliveries(): Deliveries {
  const all: Delivered[] = []
  const byId = new Map<string, Delivered>()
  /** By group, then by op. */
  const calls = new Map<string, Map<string, Delivered[]>>()
  const ok = new Map<string, Map<string, Moment>>()

  return {
    all,
    takes: ['deliver', 'handled'],
    step(event, moment) {
      if (event.type === 'deliver') {
        const { delivery: id, node, consumer, group, op, topic, content, position, attempt } = event
        const place = position ?? null
        const delivered = {
          id,
          node,
          consumer,
          group,
          op,
          topic,
          content,
          position: place,
          attempt,
          began: moment,
          handled: null,
        }
        all.push(delivered)
        byId.set(id, delivered)
        if (op !== null) listIn(mapIn(calls, group), op).push(delivered)
      } else if (event.type === 'handled') {
        const delivered = byId.get(event.delivery)
        if (delivered !== undefined) delivered.handled = { ...moment, outcome: event.outcome }
        if (event.outcome !== 'ok' || event.op === null) return
        const own = mapIn(ok, event.group)
        if (!own.has(event.op)) own.set(event.op, moment)
      }
    },
    get: (delivery) => byId.get(delivery),
    of: (group, op) => calls.get(group)?.get(op) ?? NONE,
    handledOk: (group, op) => ok.get(group)?.get(op) ?? null,
  }
}
