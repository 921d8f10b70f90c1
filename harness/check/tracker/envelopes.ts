import type { SeenEnvelope } from '../../events/parts.ts'
import type { RunHeader } from '../../history/header.ts'
import { redrivenOp } from '../../history/op.ts'
import type { Event, EventOf } from '../event.ts'

/** Where an envelope was seen. */
export interface Copy {
  readonly how: 'stored' | 'delivered' | 'dead-lettered'
  readonly envelope: SeenEnvelope
  readonly at: number
}

/** A message that a caller published, and every place where it was seen. */
export interface Enveloped {
  readonly op: string
  readonly node: string
  /** When its caller published it, ms. */
  readonly began: number
  /** The fields that its caller gave, by name. */
  readonly given: ReadonlyMap<string, string>
  /** The envelope of the message in whose handling it was published; null if there is none. */
  readonly cause: SeenEnvelope | null
  readonly copies: readonly Copy[]
  /** The last time that its publish failed. */
  readonly failed: EventOf<'published'> | null
}

export interface Envelopes {
  readonly takes: readonly Event['type'][]
  step(event: Event): void
  all(): Iterable<Enveloped>
  of(op: string): Enveloped | undefined
}

const HOW = { stored: 'stored', deliver: 'delivered', 'dead-letter': 'dead-lettered' } as const

/** Every envelope of the run, if one is claimed. What nobody published is left to other clauses. */
export function createEnvelopes({ claims }: RunHeader): Envelopes {
  type Open = Omit<Enveloped, 'copies' | 'failed'> & { copies: Copy[]; failed: Enveloped['failed'] }
  const messages = new Map<string, Open>()
  const deliveries = new Map<string, SeenEnvelope>()
  return {
    takes: claims.envelope === undefined ? [] : ['publish', 'write', 'published', 'stored', 'deliver', 'dead-letter'],
    step(event) {
      if (event.type === 'publish' || event.type === 'write') {
        const { op, node, envelope = [] } = event
        const cause = event.type === 'publish' && event.cause !== undefined ? (deliveries.get(event.cause) ?? []) : null
        messages.set(op, { op, node, began: event.at, given: new Map(envelope), cause, copies: [], failed: null })
      } else if (event.type === 'published') {
        const message = messages.get(event.op)
        if (message !== undefined && event.status === 'failed') message.failed = event
      } else if (event.type === 'stored' || event.type === 'deliver' || event.type === 'dead-letter') {
        const { type, op, envelope = [], at } = event
        if (event.type === 'deliver') deliveries.set(event.delivery, envelope)
        // A copy that was redriven has the envelope of its message.
        if (op !== null) messages.get(redrivenOp(op) ?? op)?.copies.push({ how: HOW[type], envelope, at })
      }
    },
    all: () => messages.values(),
    of: (op) => messages.get(op),
  }
}

/** The value of the field; null if it is absent, or there more than once. */
export function valueIn(envelope: SeenEnvelope, field: string | undefined): string | null {
  const values = envelope.filter(([name]) => name === field)
  return values.length === 1 ? (values[0]?.[1] ?? null) : null
}

/** What the envelope has in the field, in words. */
export function toldOf(envelope: SeenEnvelope, field: string): string {
  const values = envelope.filter(([name]) => name === field).map(([, value]) => JSON.stringify(value))
  return values.length === 0 ? `no ${field}` : `${field} ${values.join(' and ')}`
}
