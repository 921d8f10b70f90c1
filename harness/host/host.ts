/**
 * A host runs one node: one adapter instance, the producers and the consumers on it. The driver inside carries out the
 * commands and emits the events; the run's director sits outside. Everything crosses as JSON.
 */
import type { Role } from '../adapter.ts'
import type { ResolvedClaims } from '../claims.ts'
import type { TrialKind } from '../events/caller.ts'
import type { Event, EventOf } from '../events/kinds.ts'
import type { Plan } from '../plan/plan.ts'

/** Where one link of a role listens. */
export interface LinkAddress {
  readonly host: string
  readonly port: number
  /** The address that the system advertises for the server behind this link; absent if it advertises the link itself. */
  readonly insteadOf?: { readonly host: string; readonly port: number }
}

/** What a node is opened with, as JSON. */
export interface NodeConfig {
  readonly node: string
  readonly prefix: string
  readonly plan: Plan
  readonly claims: ResolvedClaims
  readonly credentials: Readonly<Record<string, string>>
  /** By name; every text that leaves the host is searched for them. */
  readonly canaries: Readonly<Record<string, string>>
  /** Real sites: where each role's links listen, one for each server of the system. */
  readonly addresses: Readonly<Partial<Record<Role, readonly LinkAddress[]>>>
  /** Tells what the process holds in memory before the bus is opened; default: it does not. */
  readonly weighs?: boolean
  /** `at` zero of the run, on the monotonic clock of this machine (`process.hrtime`), ms. */
  readonly epoch: number
}

/** Trials that are calls of their own, not parts of other calls. */
export type TriedKind = Extract<
  TrialKind,
  | 'publish-closing'
  | 'subscribe-closing'
  | 'write-closing'
  | 'publish-closed'
  | 'subscribe-closed'
  | 'write-closed'
  | 'publish-reset'
  | 'publish-aborted'
  | 'empty-topic'
  | 'control-topic'
  | 'oversize-value'
  | 'bad-field'
>

/** An event of what a host keeps, without what is weighed. */
export type Weighing =
  | Pick<EventOf<'cycle'>, 'type' | 'cycle'>
  | Pick<EventOf<'used'>, 'type' | 'of' | 'round' | 'times' | 'apart'>

export type Command =
  /** Counts resources, then calls `open` of the adapter; emits `open`, `resources` and `opened`. */
  | {
      readonly do: 'open'
      readonly config: NodeConfig
      /**
       * What the bus is given, and what it gives, is watched for the command `weigh`; `closely` also makes this process slower until
       * the close, to weigh to within some bytes for each of many objects. Default: not at all.
       */
      readonly weighed?: 'roughly' | 'closely'
    }
  /** Begins a publish and returns at once; the outcome is an event. `op` is `m<index>` into the plan, or a probe. */
  | {
      readonly do: 'publish'
      readonly op: string
      readonly producer: string
      readonly topic: string
      readonly abortAfter: number | null
    }
  /** Begins to store the row of message `op`, planned or a probe, and to publish it as the row's event, and returns at once. */
  | {
      readonly do: 'write'
      readonly op: string
      readonly producer: string
      readonly topic: string
      /** The application's part rejects. */
      readonly rollsBack: boolean
    }
  /** `obeys`: the handler does what the plan says of each message, else it takes everything. */
  | {
      readonly do: 'subscribe'
      readonly consumer: string
      readonly group: string
      readonly topic: string
      readonly from: 'earliest' | 'latest'
      /** Absent: it registers none, and gets every message. */
      readonly types?: readonly string[]
      readonly obeys: boolean
    }
  | { readonly do: 'unsubscribe'; readonly consumer: string }
  /** From now on handlers publish nothing. */
  | { readonly do: 'wind-down' }
  /** Makes the call at this index of `asksIn` the plan; `topics` are those of the run. */
  | { readonly do: 'ask'; readonly ask: number; readonly topics: readonly string[] }
  /** Redrives the dead letters of a topic, where the adapter can; returns when it has. */
  | { readonly do: 'redrive'; readonly redrive: string; readonly topic: string }
  /** Calls `close` so many times at once; returns when all have settled, or after `within` ms. */
  | { readonly do: 'close'; readonly calls: number; readonly within: number }
  /** Tries what must be refused; returns when all have settled, or after `within` ms. `topic` is one that exists. */
  | {
      readonly do: 'try'
      readonly trials: readonly TriedKind[]
      readonly topic: string
      readonly within: number
    }
  /** Emits the `resources` that this host holds now; the baseline is taken by `open`, before the adapter's own open. */
  | { readonly do: 'resources'; readonly when: 'calm' | 'after' }
  /** Emits the `memory` that the open bus holds. */
  | { readonly do: 'measure' }
  /** Collects garbage and emits this event with what this host has kept so far of the buses that it opened. */
  | { readonly do: 'weigh'; readonly as: Weighing }

/** The last command that a host gets of a run. */
export const endsRun = (command: Command): boolean => command.do === 'resources' && command.when === 'after'

export type CommandOf<D extends Command['do']> = Extract<Command, { do: D }>

export interface Host extends AsyncDisposable {
  /** Resolves when the command was carried out; rejects only when the host itself failed. */
  send(command: Command): Promise<void>
  /** Ends the node at once, as a crash of its machine would: nothing more comes from it. Commands then have no effect. */
  kill(): Promise<void>
}

export type Emit = (event: Event) => void
