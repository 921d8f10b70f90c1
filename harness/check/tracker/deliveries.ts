import type { Position } from '../../adapter.ts'
import type { Content, Event } from '../../history/event.ts'
import { join, listIn, type Moment } from './moment.ts'

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
  const byGroupAndOp = new Map<string, Delivered[]>()
  const ok = new Map<string, Moment>()

  return {
    all,
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
        if (op !== null) listIn(byGroupAndOp, join(group, op)).push(delivered)
      } else if (event.type === 'handled') {
        const delivered = byId.get(event.delivery)
        if (delivered !== undefined) delivered.handled = { ...moment, outcome: event.outcome }
        if (event.outcome !== 'ok' || event.op === null) return
        const key = join(event.group, event.op)
        if (!ok.has(key)) ok.set(key, moment)
      }
    },
    get: (delivery) => byId.get(delivery),
    of: (group, op) => byGroupAndOp.get(join(group, op)) ?? [],
    handledOk: (group, op) => ok.get(join(group, op)) ?? null,
  }
}
