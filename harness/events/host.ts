/** What the harness saw of the processes, and of what they hold. */
import { z } from 'zod'
import { kind } from './kind.ts'
import { leaked, node, number, redacted, text } from './parts.ts'
import { countsText } from './words.ts'

const counts = z.record(text, number)

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
      /** Said by the harness of so many bytes of the stream, which were more than it keeps of a run. */
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
      /** Of what is more than it was at the baseline, who holds it, where that can be told: by kind, one text each. */
      owners: z.record(text, z.array(redacted).readonly()).exactOptional(),
    },
    column: 'producer',
    about: 'resources',
    sentence: (event) => `${event.owner}, ${event.when}: ${countsText(event.counts)}`,
  }),
  /** One process has opened, used and closed a bus once more, and its garbage was collected. */
  cycle: kind({
    fields: {
      ...node,
      cycle: number,
      /** What its memory holds. */
      bytes: number,
      /** Of what the harness gave or was given since it began, how many of each kind something still refers to. */
      alive: counts,
    },
    column: 'producer',
    about: 'cycle',
    sentence: (event) => `${event.node} closed; alive: ${countsText(event.alive)}; ${event.bytes} bytes`,
  }),
  /**
   * What memory holds more, in bytes, than before the bus was opened: heap and buffers of its thread. Told for each bus of a
   * series while it is open, elsewhere only where it is more than one may hold.
   */
  memory: kind({
    fields: { ...node, bytes: number },
    column: 'producer',
    about: 'resources',
    sentence: (event) => `the bus of ${event.node} holds ${event.bytes} bytes of memory`,
  }),
  /**
   * The process of a node, or of the `harness`, stood still from `from` until `at`, and not because of its own work: the
   * machine was busy elsewhere. Real sites only.
   */
  stall: kind({
    fields: {
      owner: text,
      from: number,
      /** ms of it for which, by the account of the machine's scheduler, it was ready to go on and got no processor. */
      waited: number.exactOptional(),
    },
    column: 'network',
    about: 'stall',
    sentence: ({ owner, at, from }) => `${owner} stalled for ${Math.round(at - from)} ms`,
  }),
}
