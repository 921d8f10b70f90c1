/** What only the adapter can know. It reports each at the moment at which it takes effect, and the harness notes it with the node. */
import { z } from 'zod'
import type { BusError } from '../vocabulary.ts'
import { type EventsOf, kind } from './kind.ts'
import {
  breakerState,
  member,
  node,
  number,
  partitions,
  place,
  position,
  redacted,
  type SeenError,
  seenError,
  text,
  whole,
} from './parts.ts'
import { atText, becauseOf, errorText, positionText } from './words.ts'

const attempt = { ...node, op: text, attempt: number }
const owned = { ...node, consumer: text, partitions }
const owns = (of: readonly { readonly topic: string; readonly partition: number }[]): string =>
  of.length === 0 ? 'nothing' : of.map(({ topic, partition }) => `${topic}/${partition}`).join(', ')

export const ADAPTER_KINDS = {
  /** One try of one publish is about to use the wire. `attempt` counts from 1. */
  'attempt-began': kind({
    fields: attempt,
    column: 'producer',
    about: 'attempt',
    sentence: (event) => `${event.op} attempt ${event.attempt} begins`,
  }),
  'attempt-ended': kind({
    fields: {
      ...attempt,
      /** `cancelled`: given up by abort, deadline or close; it counts neither for nor against a breaker. */
      outcome: z.enum(['ok', 'failed', 'cancelled']),
      error: seenError.exactOptional(),
    },
    column: 'producer',
    about: 'attempt',
    sentence: ({ op, attempt, outcome, error }) => `${op} attempt ${attempt} ${outcome}${becauseOf(error)}`,
  }),
  /** The breaker that guards this bus's publish attempts changed its state. */
  'breaker-changed': kind({
    fields: { ...node, from: breakerState, to: breakerState },
    column: 'producer',
    about: 'breaker',
    sentence: (event) => `breaker of ${event.node}: ${event.from} → ${event.to}`,
  }),
  /** What became of a publish that was queued; once for each. One that failed has an error. */
  settled: kind({
    fields: {
      ...node,
      op: text,
      status: z.enum(['acknowledged', 'failed']),
      position: position.exactOptional(),
      error: seenError.exactOptional(),
    },
    column: 'producer',
    about: 'message',
    progress: true,
    sentence: ({ op, status, position, error }) =>
      status === 'failed'
        ? `${op} leaves the queue, failed: ${error === undefined ? 'no error given' : errorText(error)}`
        : `${op} leaves the queue, acknowledged${atText(position)}`,
  }),
  /** Nothing is queued any more: how many of those that were, since nothing last was, were acknowledged, and how many failed. */
  drained: kind({
    fields: { ...node, recovered: whole, failed: whole },
    column: 'producer',
    about: 'breaker',
    sentence: (event) => `${event.node} reports its queue empty: ${event.recovered} recovered, ${event.failed} failed`,
  }),
  /** This member now owns these partitions. */
  assigned: kind({
    fields: owned,
    column: 'consumer',
    about: 'membership',
    sentence: (event) => `${event.consumer} owns ${owns(event.partitions)}`,
  }),
  /** This member no longer owns these partitions. */
  revoked: kind({
    fields: owned,
    column: 'consumer',
    about: 'membership',
    sentence: (event) => `${event.consumer} loses ${owns(event.partitions)}`,
  }),
  /** The bus took the commit: everything below `next` will not be delivered to this group again. */
  committed: kind({
    fields: { ...member, ...place, next: whole },
    column: 'consumer',
    about: 'progress',
    progress: true,
    sentence: (event) => `${event.consumer} commits ${positionText({ ...event, offset: event.next })}`,
  }),
  /** The dead-letter destination took the message that lies at `position`. */
  'dead-lettered': kind({
    fields: { ...member, position },
    column: 'dead letters',
    about: 'position',
    progress: true,
    sentence: (event) => `${event.consumer}: ${positionText(event.position)} was accepted`,
  }),
  /** The message at `position` is not handed to the handler: its id is known, or its time is over. Before its commit. */
  skipped: kind({
    fields: { ...member, position, why: z.enum(['duplicate', 'expired']) },
    column: 'consumer',
    about: 'position',
    progress: true,
    sentence: (event) => `${event.consumer} (${event.group}) skips ${positionText(event.position)}: ${event.why}`,
  }),
  /**
   * Optional: an error that no caller gets to see, because the bus goes on by itself. Told for the story of a failure; nothing
   * is judged by it but that no secret is in it. The same error again and again is to be counted, not told each time.
   */
  suppressed: kind({
    fields: {
      ...node,
      /** The consumer that it happened to, where it was one. */
      consumer: text.exactOptional(),
      /** What failed, in a word or two, such as `fetch` or `commit`. */
      during: redacted,
      /** How often it has happened by now, from 1. */
      times: z.int().min(1),
      error: seenError,
    },
    column: 'network',
    about: 'suppressed',
    // Only the bus knew of it: its words tell what to look for.
    sentence: ({ node, consumer = node, during, times, error: { code, message } }) =>
      `${consumer}: ${during} failed${times > 1 ? ` ${times} times` : ''}, ${code === null ? message : `${code}: ${message}`}`,
  }),
}

export type AdapterEvent = EventsOf<typeof ADAPTER_KINDS>

/** As the adapter gives it: the harness adds the node and the time, and flattens and redacts the error. */
type Given<E> = E extends unknown
  ? { readonly [K in keyof E as Exclude<K, 'at' | 'node'>]: E[K] extends SeenError | undefined ? BusError : E[K] }
  : never

/**
 * What only the adapter can know. Reported in the order in which it takes effect: an attempt's end before the breaker
 * change that it causes, the breaker change before the attempt that it admits. The harness cross-checks what it can.
 */
export type Observation = Exclude<Reported, Settled> | (Settled & End)
type Reported = Given<AdapterEvent>
type Settled = Extract<Reported, { readonly type: 'settled' }>
type End = { readonly status: 'acknowledged' } | { readonly status: 'failed'; readonly error: BusError }
