/** A system is what runs behind an adapter; one serves every adapter of its kind. Implementations stand in `systems/`. */
import type { Role } from '../adapter.ts'
import type { Event } from '../history/event.ts'

export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** One topic of a run, its full name with the run's prefix. Dead-letter topics are made by the system for each of them. */
export interface TopicSpec {
  readonly name: string
  readonly partitions: number
  readonly deadLetter: string | null
}

/** A message as the witness found it, not yet digested. */
export interface StoredMessage {
  readonly position: { readonly topic: string; readonly partition: number; readonly offset: number }
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly (readonly [string, Uint8Array])[]
}
export interface CommittedPosition {
  readonly group: string
  readonly topic: string
  readonly partition: number
  readonly next: number
}

/** Reads the system with a client of its own, past every link. */
export interface Witness {
  stored(): Promise<readonly StoredMessage[]>
  committed(): Promise<readonly CommittedPosition[]>
  /** Server-side resources that belong to this run's clients, by kind (sessions, members, locks). */
  resources(): Promise<Readonly<Record<string, number>>>
}

export interface PreparedRun extends AsyncDisposable {
  readonly credentials: Readonly<Record<string, string>>
  readonly witness: Witness | null
}

export interface RunningSystem extends AsyncDisposable {
  /** Name and version of the real thing, for the certificate. */
  readonly version: string
  /** Whether several runs may be prepared at once. */
  readonly concurrent: boolean
  /** Whether a run prepared with this `witness` will have one. */
  canWitness(witness: Readonly<Record<string, string>>): boolean
  /** Where each role's link leads to. */
  endpoint(role: Role): Endpoint
  /** Makes topics and secrets for one run; disposing removes what carries the prefix. */
  prepare(run: {
    readonly prefix: string
    readonly topics: readonly TopicSpec[]
    readonly witness: Readonly<Record<string, string>>
  }): Promise<PreparedRun>
}

export interface System {
  readonly name: string
  /** Null when it can start here; else one sentence: what is missing and the command that gets it. */
  missing(): Promise<string | null>
  /** Starts it on loopback, in `folder`, which is the caller's to remove. */
  start(options: { readonly folder: string }): Promise<RunningSystem>
}

/** A system that can also run inside the simulated site: it answers simulated wires and witnesses itself live. */
export interface SimulatedSystem {
  /** `credentials` are what {@link SimulatedSystem.start} hands out. */
  start(options: {
    readonly topics: readonly TopicSpec[]
    readonly random: () => number
    /** Live witness: what happened, at the moment it happened. */
    readonly witness: (event: WitnessEvent) => void
    readonly secret: string
  }): {
    readonly credentials: Readonly<Record<string, string>>
    accept(role: Role, wire: import('../adapter.ts').Wire): void
    resources(): Readonly<Record<string, number>>
    stop(): void
  }
}

/** What a live witness reports; the recorder stamps and digests it. */
export type WitnessEvent =
  | { readonly type: 'received'; readonly op: string; readonly topic: string }
  | { readonly type: 'stored'; readonly message: StoredMessage }
  | { readonly type: 'position'; readonly committed: CommittedPosition }

export type { Event }
