/** What the harness saw of the processes, and of what they hold. */
import type { At, OnNode, SeenError } from './seen.ts'

export type HostEvent =
  | (OnNode & {
      readonly type: 'crashed'
      readonly how: 'unhandled-rejection' | 'uncaught-exception' | 'exit' | 'hang' | 'out-of-memory'
      readonly message: string
      /** As {@link SeenError.leaked}. */
      readonly leaked?: readonly string[]
    })
  | (OnNode & {
      readonly type: 'logged'
      readonly stream: 'stdout' | 'stderr' | 'warning'
      readonly text: string
      /** Said by the harness of so many bytes of the stream, which were more than it keeps of a run. */
      readonly dropped?: number
      /** Of a warning, as {@link SeenError.leaked}. */
      readonly leaked?: readonly string[]
    })
  /** Counted by kind: sockets, timers, … for a node; sessions, members, … for the server. */
  | (At & {
      readonly type: 'resources'
      readonly owner: string
      /** `calm`: before the drain, every fault healed and nothing outstanding. */
      readonly when: 'baseline' | 'calm' | 'after'
      readonly counts: Readonly<Record<string, number>>
      /** Of what is more than it was at the baseline, who holds it, where that can be told: by kind, one text each. */
      readonly owners?: Readonly<Record<string, readonly string[]>>
    })
  /**
   * One process has opened, used and closed a bus once more, and its garbage was collected. `bytes`: what its memory holds;
   * `alive`: of what the harness gave or was given since it began, how many of each kind something still refers to.
   */
  | (OnNode & {
      readonly type: 'cycle'
      readonly cycle: number
      readonly bytes: number
      readonly alive: Readonly<Record<string, number>>
    })
  /**
   * What memory holds more, in bytes, than before the bus was opened: heap and buffers of its thread. Told for each bus of a
   * series while it is open, elsewhere only where it is more than one may hold.
   */
  | (OnNode & { readonly type: 'memory'; readonly bytes: number })
  /**
   * The process of a node, or of the `harness`, stood still from `from` until `at`, and not because of its own work: the
   * machine was busy elsewhere. `waited`: ms of it for which, by the account of the machine's scheduler, it was ready to go on
   * and got no processor. Real sites only.
   */
  | (At & { readonly type: 'stall'; readonly owner: string; readonly from: number; readonly waited?: number })
