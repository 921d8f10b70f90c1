/** A system is what runs behind an adapter; one serves every adapter of its kind. Implementations stand in `systems/`. */
import type { Position, Role } from './adapter.ts'
import type { SeenRow } from './events/parts.ts'

/** Goes up when a system that kept the contract before would not any more. */
export const SYSTEM_CONTRACT = 1

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
  /**
   * Stores a record with these bytes as its value, no key, and the rest such that the adapter's codec cannot read it. Absent
   * where it cannot, or the adapter does not say how.
   */
  poison?(topic: string, value: Uint8Array): Promise<Position>
  /** Whose they are, by kind, in the server's words (names of members, of applications), where it tells. */
  owners?(): Promise<Readonly<Record<string, readonly string[]>>>
  /** The application's rows as they are stored now; null where this run's cannot be read. */
  rows?(): Promise<readonly SeenRow[] | null>
}

export interface PreparedRun extends AsyncDisposable {
  readonly credentials: Readonly<Record<string, string>>
  /** What the adapter is not given and must not show either, by name. */
  readonly secrets?: Readonly<Record<string, string>>
  readonly witness: Witness | null
}

/** A message that a client asked to store, as far as the link needs to know it. */
export interface RequestedMessage {
  readonly topic: string
  readonly headers: readonly (readonly [string, Uint8Array])[]
}

/** Takes what a client has sent on one connection, in order, and gives what the requests that are whole by now ask to store. */
export type RequestReader = (bytes: Uint8Array) => readonly RequestedMessage[]

export interface RunningSystem extends AsyncDisposable {
  /** Name and version of the real thing, for the certificate. */
  readonly version: string
  /** Whether a run prepared with this `witness` will have one. */
  canWitness(witness: Readonly<Record<string, string>>): boolean
  /** Where each role's link leads to. */
  endpoint(role: Role): Endpoint
  /**
   * Makes topics and secrets for one run; disposing removes what carries the prefix. Rejects with PrefixInUseError where it has not
   * begun to, because something carries the prefix already or that cannot be told.
   */
  prepare(run: {
    readonly prefix: string
    readonly topics: readonly TopicSpec[]
    readonly witness: Readonly<Record<string, string>>
  }): Promise<PreparedRun>
  /** Makes a reader for one connection, where the protocol lets a link see requests. It throws SiteError for what it cannot read. */
  requestReader?(): RequestReader
  /**
   * The addresses that it gives out to clients, one a node, where these do not lead through links: each role then gets a link
   * to every one, and clients are to ask `Site.route`. Absent where clients use nothing but what the site tells them, or where
   * the system was given links to advertise.
   */
  readonly gives?: readonly Endpoint[]
  /**
   * Of a system that outlives the harness: the settings by which {@link System.sweep} finds it again, to remove what a harness
   * that was killed has left there. They lie on disk, so there are no secrets among them.
   */
  readonly sweptBy?: Readonly<Record<string, string>>
  /** Figures of claims, by dotted path, that it does not allow to be smaller, such as `consume.session`; ms. */
  readonly least?: Readonly<Record<string, number>>
  /** Its processes, where they can be stopped and started one by one. */
  readonly nodes?: readonly SystemNode[]
  /** Index in `nodes` of the one that leads this partition now. Rejects with SiteError when none does for long. */
  leader?(topic: string, partition: number): Promise<number>
}

/** One process of a running system, for faults of nodes. Each call resolves once it has taken effect. */
export interface SystemNode {
  readonly name: string
  /** Freezes it: its connections stay, and nothing is answered. Rejects with SiteError when it does not run. */
  pause(): Promise<void>
  /** Lets it go on at once; resolves when it serves again, as good as before. Nothing happens when it does not run. */
  resume(): Promise<void>
  /** Ends it at once, paused or not, without a goodbye to anybody. */
  kill(): Promise<void>
  /** Starts it on the same addresses and data, after killing it where it still runs; resolves when it serves again. */
  restart(): Promise<void>
  /** Takes away all that it has stored, while it does not run. Absent where that cannot be done. */
  loseDisk?(): Promise<void>
  /**
   * Cuts it off from the other nodes, both ways, while clients still reach it. Absent, together with
   * {@link SystemNode.rejoin}, where that cannot be done.
   */
  isolate?(): Promise<void>
  /** Mends that; resolves with the bytes that were held back, once it serves again, as good as before. */
  rejoin?(): Promise<number>
  /**
   * Has other nodes lead what it leads, in good order; resolves with how many partitions they lead by then. Absent,
   * together with {@link SystemNode.returnLeaders}, where there are no others.
   */
  moveLeaders?(): Promise<number>
  /** It leads again what was moved. */
  returnLeaders?(): Promise<void>
}

/**
 * Makes a link in front of `target`, which may not listen yet, and resolves with the address to give out instead.
 * `node` is an index from 0.
 */
export type Advertise = (role: Role, node: number, target: Endpoint) => Promise<Endpoint>

export interface System {
  /** The contract that it keeps, which is this file's. busproof refuses a system that keeps another. */
  readonly contract: typeof SYSTEM_CONTRACT
  /** Lower-case letters, digits and dashes. */
  readonly name: string
  /** Whether one that runs may have several runs prepared at once; else each lane starts one of its own. */
  readonly concurrent: boolean
  /** With how many nodes it can run, the fewest first; none where it runs already, with as many as it has. */
  readonly sizes: readonly number[]
  /** Null when it can start here; else one sentence: what is missing and the command that gets it. */
  missing(): Promise<string | null>
  /**
   * Starts it on loopback, in `folder`, which is the caller's to remove. A system whose clients follow the addresses
   * that it gives out asks `advertise` for each of them; without it, they are its own. Other systems do not call it.
   * `nodes` is one of its sizes; default: the first.
   */
  start(options: {
    readonly folder: string
    readonly nodes?: number
    readonly advertise?: Advertise
  }): Promise<RunningSystem>
  /**
   * Of a system that outlives the harness: removes whatever carries one of the prefixes from the one that `settings` lead to,
   * those of {@link RunningSystem.sweptBy}. Resolves with one sentence for each thing removed; none of it may be there any more.
   * Rejects when it cannot reach the system.
   */
  sweep?(settings: Readonly<Record<string, string>>, prefixes: readonly string[]): Promise<readonly string[]>
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
    accept(role: Role, wire: import('./adapter.ts').Wire): void
    /** As {@link Witness.resources}: members whose session has ended are none. */
    resources(): Readonly<Record<string, number>>
    /** As {@link Witness.poison}. */
    poison?(topic: string, value: Uint8Array): Position
    /** As {@link Witness.owners}. */
    owners?(): Readonly<Record<string, readonly string[]>>
    /** As {@link Witness.rows}. */
    rows?(): readonly SeenRow[]
    /** As {@link RunningSystem.nodes}. */
    readonly nodes?: readonly SystemNode[]
    stop(): void
  }
}

/** What a live witness reports; the recorder stamps and digests it. */
export type WitnessEvent =
  | { readonly type: 'received'; readonly op: string; readonly topic: string }
  | { readonly type: 'stored'; readonly message: StoredMessage }
  | { readonly type: 'position'; readonly committed: CommittedPosition }
