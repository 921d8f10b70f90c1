/** What only the adapter can know. It reports each event when it takes effect, and the harness records it with the node. */
import { z } from 'zod'
import type { BusError } from '../vocabulary.ts'
import { type EventsOf, kind } from './kind.ts'
import {
  breakerState,
  member,
  next,
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
import { atText, becauseOf, errorText, nextText, positionText } from './words.ts'

const attempt = { ...node, op: text, attempt: number }
const owned = { ...node, consumer: text, partitions }
const owns = (of: readonly { readonly topic: string; readonly partition: number }[]): string =>
  of.length === 0 ? 'nothing' : of.map(({ topic, partition }) => `${topic}/${partition}`).join(', ')

export const ADAPTER_KINDS = {
  /** An attempt of a publish is about to use the wire. `attempt` counts from 1. */
  'attempt-began': kind({
    fields: attempt,
    column: 'producer',
    about: 'attempt',
    sentence: (event) => `${event.op} attempt ${event.attempt} begins`,
  }),
  'attempt-ended': kind({
    fields: {
      ...attempt,
      /** `cancelled`: by an abort, a deadline or a close; the breaker counts it neither as a success nor as a failure. */
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
  /** The outcome of a queued publish, once for each. A failed one has an error. */
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
  /** The queue is empty: how many publishes were acknowledged, and how many failed, since it was last empty. */
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
  /** The bus accepted the commit: what lies before `next` is not delivered to this group again. */
  committed: kind({
    fields: { ...member, ...place, next },
    column: 'consumer',
    about: 'progress',
    progress: true,
    sentence: (event) => `${event.consumer} commits ${nextText(event)}`,
  }),
  /** The dead-letter topic accepted the dead letter of the message at `position`. */
  'dead-lettered': kind({
    fields: { ...member, position },
    column: 'dead letters',
    about: 'position',
    progress: true,
    sentence: (event) => `${event.consumer}: ${positionText(event.position)} was accepted`,
  }),
  /** The bus skips the message at `position`, because its id is known or its time to live is over. Report it before the commit. */
  skipped: kind({
    fields: { ...member, position, why: z.enum(['duplicate', 'expired']) },
    column: 'consumer',
    about: 'position',
    progress: true,
    sentence: (event) => `${event.consumer} (${event.group}) skips ${positionText(event.position)}: ${event.why}`,
  }),
  /**
   * Optional: an error that no caller sees, because the bus continues by itself. The story of a failure shows it; no clause
   * judges it, except that it must not contain a secret. If the same error repeats, count it instead of reporting each one.
   */
  suppressed: kind({
    fields: {
      ...node,
      /** The consumer that the error belongs to, if any. */
      consumer: text.exactOptional(),
      /** What failed, in a word or two, such as `fetch` or `commit`. */
      during: redacted,
      /** How often it has happened so far, from 1. */
      times: z.int().min(1),
      error: seenError,
    },
    column: 'network',
    about: 'suppressed',
    // Only the bus saw the error, so the sentence quotes it.
    sentence: ({ node, consumer = node, during, times, error: { code, message } }) =>
      `${consumer}: ${during} failed${times > 1 ? ` ${times} times` : ''}, ${code === null ? message : `${code}: ${message}`}`,
  }),
}

export type AdapterEvent = EventsOf<typeof ADAPTER_KINDS>

/** As the adapter reports it: the harness adds the node and the time, and flattens and redacts the error. */
type Given<E> = E extends unknown
  ? { readonly [K in keyof E as Exclude<K, 'at' | 'node'>]: E[K] extends SeenError | undefined ? BusError : E[K] }
  : never

/**
 * What only the adapter can know. Report events in the order in which they take effect: the end of an attempt before the breaker
 * change that it causes, the breaker change before the attempt that it admits. The harness cross-checks what it can.
 */
export type Observation = Exclude<Reported, Settled> | (Settled & End)
type Reported = Given<AdapterEvent>
type Settled = Extract<Reported, { readonly type: 'settled' }>
type End = { readonly status: 'acknowledged' } | { readonly status: 'failed'; readonly error: BusError }
