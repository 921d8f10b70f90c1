import { z } from 'zod'
import type { BusError, Message, Receipt } from '../vocabulary.ts'
import { type Ask, type Asked, type ClaimDescriptor, count, method, ms } from './descriptor.ts'

export interface BatchPart {
  /** `Bus.publishBatch` returns an outcome for each message, and `Bus.flush` waits for pending publishes. */
  readonly batch?: true
}

export interface BatchedMessage {
  readonly message: Message
  /** Identifies this message in every observation about it, as in `PublishOptions`. */
  readonly op: string
}

/** The receipt, or the error, that a publish of this message alone would have returned. */
export type BatchOutcome = Receipt | { readonly status: 'failed'; readonly error: BusError }

export interface BatchBus {
  /**
   * Publishes each message as a publish of its own, in the given order. Resolves with one outcome for each message, in the same
   * order, once all have settled; the deadline of each counts from this call. Never rejects: an error concerns one message, and
   * is the outcome of that message.
   */
  publishBatch?(batch: readonly BatchedMessage[]): Promise<readonly BatchOutcome[]>
  /** Resolves once every publish that was called before, alone or in a batch, has settled, including queued ones. */
  flush?(): Promise<void>
}

/** A batch that a node publishes. */
export interface PlannedBatch {
  readonly node: number
  /** ms after traffic began. */
  readonly at: number
  /** Index of the topic, modulo their number. */
  readonly topic: number
  /** The number of messages. */
  readonly messages: number
  /** Index of the message whose value is larger than claimed; null for none. */
  readonly tooLarge: number | null
  /** ms after the call until the node flushes; null for never. */
  readonly flush: number | null
}

export interface BatchLists {
  /** Only if `batch` is claimed. */
  readonly batches?: readonly PlannedBatch[]
}

/** If the claimed limit is larger than this, no value exceeds it: creating one would take longer than the run, bytes. */
const LARGEST_MADE = 16 * 1024 * 1024

const failure = z.looseObject({ status: z.literal('failed'), error: z.unknown() })
const outcomes = z.array(z.union([failure, z.looseObject({ status: z.enum(['acknowledged', 'queued']) })]))
type Outcome = z.output<typeof outcomes>[number]

/** One message of a batch in progress. */
interface Part extends BatchedMessage {
  ended(outcome: Outcome): void
  failed(error: unknown): void
}

/** In larger batches, keys occur several times, and some messages have none. */
function goodPart(asked: Asked, op: string, topic: string, index: number): Part {
  const key = index % 3 === 0 ? null : new TextEncoder().encode(`batch-key-${index % 3}`)
  const message = { ...asked.message(op, topic), key }
  const { settled, failed } = asked.publishing(op, message)
  return { message, op, failed, ended: (outcome) => (isFailure(outcome) ? failed(outcome.error) : settled(outcome)) }
}

const isFailure = (outcome: Outcome): outcome is z.output<typeof failure> => outcome.status === 'failed'

/** A message that every bus must refuse is recorded as a trial. */
function tooLargePart({ claims, message, tell, see }: Asked, op: string, topic: string): Part {
  const about = { trial: op, what: 'too-large-in-batch' } as const
  tell({ type: 'trial', ...about })
  const failed = (error: unknown): void =>
    tell({ type: 'trial-ended', ...about, outcome: 'refused', error: see(error) })
  return {
    message: { ...message(op, topic), value: new Uint8Array(claims.messages.maxBytes + 1) },
    op,
    failed,
    ended: (outcome) =>
      isFailure(outcome) ? failed(outcome.error) : tell({ type: 'trial-ended', ...about, outcome: 'taken' }),
  }
}

async function publishBatch(asked: Asked, batch: string, { topic, messages, tooLarge }: PlannedBatch): Promise<void> {
  const { bus, claims, tell, see, check } = asked
  const name = asked.topic(topic)
  const ops = Array.from({ length: messages }, (_, index) => asked.opOf(`${batch}-${index}`))
  tell({ type: 'batch', batch, ops })
  const parts = ops.map((op, index) =>
    index === tooLarge && claims.messages.maxBytes <= LARGEST_MADE
      ? tooLargePart(asked, op, name)
      : goodPart(asked, op, name, index),
  )
  try {
    const given = await bus.publishBatch?.(parts.map(({ message, op }) => ({ message, op })))
    const found = check(outcomes, given, 'publishBatch() did not return outcomes')
    if (found === null) throw new Error('it returned no outcomes')
    for (const [index, part] of parts.entries()) {
      const outcome = found[index]
      if (outcome !== undefined) part.ended(outcome)
    }
    tell({ type: 'batch-ended', batch })
  } catch (error) {
    for (const part of parts) part.failed(error)
    tell({ type: 'batch-ended', batch, error: see(error) })
  }
}

async function flushBus({ bus, tell, see }: Asked, flush: string): Promise<void> {
  tell({ type: 'flush', flush })
  try {
    await bus.flush?.()
    // First, publishes that settled at the same moment report it to their callers.
    await new Promise((resolve) => setImmediate(resolve))
    tell({ type: 'flushed', flush })
  } catch (error) {
    tell({ type: 'flushed', flush, error: see(error) })
  }
}

export const batch = {
  shape: () => z.literal(true),
  conditions: {
    batch: {
      owes: { publishBatch: method, flush: method },
      lists: {
        batches: {
          shape: z.strictObject({
            node: count,
            at: ms,
            topic: count,
            messages: z.int().min(1),
            tooLarge: count.nullable(),
            flush: ms.nullable(),
          }),
          fields: ({ nodes, topics, faultAt }) => ({
            node: { values: nodes },
            at: { values: faultAt },
            topic: { values: topics },
            messages: { values: [1, 2, 4, 8] },
            tooLarge: { values: [null, 0, 1] },
            flush: { values: [null, 0, 20, 100] },
          }),
          seed: 'batches',
          share: 0.2,
          size: [1, 2],
          leans: { 'publish-outage': [1, 3], calm: [1, 3], 'close-in-traffic': [1, 2] },
          lacks: 'no batches claimed',
          asks(entry, index) {
            const { node, at, flush } = entry
            // Neither is awaited: the plan continues while they are pending.
            const ask = (when: number, begin: (asked: Asked) => Promise<void>): Ask => ({
              node,
              at: when,
              carryOut: async (asked) => void begin(asked),
            })
            const publishing = ask(at, (asked) => publishBatch(asked, `batch-${index}`, entry))
            if (flush === null) return [publishing]
            return [publishing, ask(at + flush, (asked) => flushBus(asked, `flush-${index}`))]
          },
        },
      },
    },
  },
  docs: '`publishBatch` of the bus publishes several messages and returns an outcome for each, so a message that fails does not affect the others; `flush` resolves once all earlier publishes have settled, including queued ones',
} satisfies ClaimDescriptor<'batch'>
