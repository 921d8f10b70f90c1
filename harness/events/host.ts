/** What the harness saw of processes and of the resources that they hold. */
import { z } from 'zod'
import { kind } from './kind.ts'
import { leaked, node, number, redacted, text } from './parts.ts'
import { countsText } from './words.ts'

const counts = z.record(text, number)

/** What is done again and again with a bus that is used for long. */
export const LONG_USES = [
  ...(['message', 'key', 'id', 'retry', 'dead letter', 'abort', 'failure', 'write', 'group'] as const),
  ...(['batch', 'health check', 'scrape'] as const),
] as const
export type LongUseOf = (typeof LONG_USES)[number]

export const HOST_KINDS = {
  crashed: kind({
    fields: {
      ...node,
      how: z.enum(['unhandled-rejection', 'uncaught-exception', 'exit', 'hang', 'out-of-memory']),
      message: redacted,
      leaked,
    },
    column: 'producer',
    about: 'crash',
    sentence: (event) => `${event.node} ${event.how.replace('-', ' ')}: ${event.message}`,
  }),
  logged: kind({
    fields: {
      ...node,
      stream: z.enum(['stdout', 'stderr', 'warning']),
      text: redacted,
      /** The number of bytes of the stream that the harness dropped, because they exceed what it keeps of a run. */
      dropped: number.exactOptional(),
      /** Of a warning. */
      leaked,
    },
    column: 'producer',
    about: 'message',
    sentence: (event) => `${event.node} writes to ${event.stream}: ${event.text.trim()}`,
  }),
  /** Counted by kind: sockets, timers, … for a node; sessions, members, … for the server. */
  resources: kind({
    fields: {
      owner: text,
      /** `calm`: before the drain, every fault healed and nothing outstanding. */
      when: z.enum(['baseline', 'calm', 'after']),
      counts,
      /** Before a bus is opened, where runs go on for hours: what the process holds in heap and buffers, without garbage, bytes. */
      memory: number.exactOptional(),
      /** The owners of resources beyond the baseline, if known: by kind, one text each. */
      owners: z.record(text, z.array(redacted).readonly()).exactOptional(),
    },
    column: 'producer',
    about: 'resources',
    sentence: (event) => `${event.owner}, ${event.when}: ${countsText(event.counts)}`,
  }),
  /** A process has opened, used and closed a bus again, and collected its garbage. */
  cycle: kind({
    fields: {
      ...node,
      cycle: number,
      /** The size of its memory, bytes. */
      bytes: number,
      /** How many objects of each kind, passed to a bus or returned by one since the start, are still referenced. */
      alive: counts,
    },
    column: 'producer',
    about: 'cycle',
    sentence: (event) => `${event.node} closed; alive: ${countsText(event.alive)}; ${event.bytes} bytes`,
  }),
  /** A bus that stays open has done the same thing so many times more, and its process collected its garbage. */
  used: kind({
    fields: {
      ...node,
      of: z.enum(LONG_USES),
      round: number,
      times: number,
      /** Nothing in this memory grows with what the system stores or the harness records. */
      apart: z.boolean(),
      /** As in {@link HOST_KINDS.cycle}. */
      bytes: number,
      alive: counts,
    },
    column: 'producer',
    about: 'cycle',
    sentence: (event) =>
      `${event.node} has done this ${event.times} times more: ${event.of}; alive: ${countsText(event.alive)}; ${event.bytes} bytes`,
  }),
  /**
   * How much larger memory is than before the bus was opened, bytes: the heap and the buffers of its thread. Recorded for each
   * bus of a series while it is open, otherwise only if it exceeds the limit.
   */
  memory: kind({
    fields: { ...node, bytes: number },
    column: 'producer',
    about: 'resources',
    sentence: (event) => `the bus of ${event.node} holds ${event.bytes} bytes of memory`,
  }),
  /**
   * The process of a node, or of the `harness`, stood still from `from` until `at`, not because of its own work but because
   * the machine was busy. Real sites only.
   */
  stall: kind({
    fields: {
      owner: text,
      from: number,
      /** ms of it during which, according to the scheduler, it was ready to run but got no processor. */
      waited: number.exactOptional(),
    },
    column: 'network',
    about: 'stall',
    sentence: ({ owner, at, from }) => `${owner} stalled for ${Math.round(at - from)} ms`,
  }),
}
