/** A system is what runs behind an adapter; one system serves every adapter of its kind. `systems/` has the shipped ones. */
import type { Next, Position, Role } from './adapter.ts'
import type { SeenRow } from './events/parts.ts'
import type { Lacks } from './lacks.ts'

export type { Lacks } from './lacks.ts'

/** The contract's version. It increases when existing systems no longer satisfy the contract. */
export const SYSTEM_CONTRACT = 2

export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** One topic of a run, with its full name including the run's prefix. The system also creates its dead-letter topic. */
export interface TopicSpec {
  readonly name: string
  /** A system that lacks partitions ignores it. */
  readonly partitions: number
  readonly deadLetter: string | null
  /** It exists, but the system refuses every message for it for good, as it does where a client has no permission. */
  readonly refused?: true
}

/** A message as the witness read it, not yet digested. */
export interface StoredMessage {
  readonly position: Position
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly (readonly [string, Uint8Array])[]
}
export interface CommittedPosition {
  readonly group: string
  readonly topic: string
  readonly partition: number
  readonly next: Next
}

/** Reads the system with its own client, bypassing every link. */
export interface Witness {
  /** Absent if the system lacks `storedLog`. Messages whose offsets are ids are in the order of their partition. */
  stored?(): Promise<readonly StoredMessage[]>
  /** Absent if the system lacks `committedOffsets`. */
  committed?(): Promise<readonly CommittedPosition[]>
  /** Server-side resources that belong to this run's clients, by kind (sessions, members, locks). */
  resources(): Promise<Readonly<Record<string, number>>>
  /**
   * Stores a record with these bytes as its value and no key that the adapter's codec cannot read. Absent if the system cannot
   * do this, or the adapter does not state how.
   */
  poison?(topic: string, value: Uint8Array): Promise<Position>
  /** The owners of {@link Witness.resources} by kind, as the server names them (members, applications), if it reports them. */
  owners?(): Promise<Readonly<Record<string, readonly string[]>>>
  /** The application's rows as they are stored now; null if this run's rows cannot be read. */
  rows?(): Promise<readonly SeenRow[] | null>
}

export interface PreparedRun extends AsyncDisposable {
  readonly credentials: Readonly<Record<string, string>>
  /** Secrets that the adapter does not receive and must not reveal either, by name. */
  readonly secrets?: Readonly<Record<string, string>>
  readonly witness: Witness | null
}

/** A message that a client asked to store, as far as the link needs to know it. */
export interface RequestedMessage {
  readonly topic: string
  readonly headers: readonly (readonly [string, Uint8Array])[]
}

/** Receives the bytes of one connection in order, and returns the messages in the requests that are now complete. */
export type RequestReader = (bytes: Uint8Array) => readonly RequestedMessage[]

export interface RunningSystem extends AsyncDisposable {
  /** Name and version of the real program, for the certificate. */
  readonly version: string
  /** Whether a run that is prepared with this `witness` will have a witness. */
  canWitness(witness: Readonly<Record<string, string>>): boolean
  /** The address that the link of a role connects to. Not called if the system lacks `network`. */
  endpoint(role: Role): Endpoint
  /**
   * Creates the topics and credentials of one run; disposing removes everything with the prefix. Rejects with PrefixInUseError,
   * and creates nothing, if something with the prefix exists already, or if that is unknown.
   */
  prepare(run: {
    readonly prefix: string
    readonly topics: readonly TopicSpec[]
    readonly witness: Readonly<Record<string, string>>
  }): Promise<PreparedRun>
  /** Creates a reader for one connection, if the protocol lets a link see requests. The reader throws SiteError for unreadable bytes. */
  requestReader?(): RequestReader
  /**
   * The addresses that it advertises to clients, one for each server, if these bypass the links. Each role then gets a link to
   * every one, and clients must call `Site.route`. Absent if clients use only the site's addresses, or if the system was
   * given links to advertise.
   */
  readonly advertisedEndpoints?: readonly Endpoint[]
  /**
   * For a system that outlives the harness: the settings with which {@link System.sweep} finds it again, to remove what a
   * killed harness left there. They are stored on disk, so they must not contain secrets.
   */
  readonly sweptBy?: Readonly<Record<string, string>>
  /** The smallest values, by dotted path, that it allows for figures of claims, such as `consume.session`; ms. */
  readonly minimums?: Readonly<Record<string, number>>
  /** Its processes, if they can be stopped and started one by one. */
  readonly servers?: readonly SystemServer[]
  /** Index in `servers` of the current leader of this partition. Rejects with SiteError if there is none for long. */
  leader?(topic: string, partition: number): Promise<number>
}

/** One process of a running system, for broker faults. Each call resolves once it has taken effect. */
export interface SystemServer {
  readonly name: string
  /** Freezes it: connections stay open, but nothing is answered. Rejects with SiteError if it is not running. */
  pause(): Promise<void>
  /** Continues it at once; resolves when it serves as before. Does nothing if it is not running. */
  resume(): Promise<void>
  /** Kills it at once, paused or not, without an orderly shutdown. */
  kill(): Promise<void>
  /** Starts it on the same addresses and data, after killing it if it still runs; resolves when it serves again. */
  restart(): Promise<void>
  /** Removes everything that it has stored, while it is not running. Absent if not supported. */
  loseDisk?(): Promise<void>
  /**
   * Disconnects it from the other servers, in both directions, while clients still reach it. Absent, together with
   * {@link SystemServer.rejoin}, if not supported.
   */
  isolate?(): Promise<void>
  /** Reconnects it; resolves with the number of bytes that were held back, once it serves as before. */
  rejoin?(): Promise<number>
  /**
   * Moves its leadership to other servers in an orderly way; resolves with the number of partitions that they now lead. Absent,
   * together with {@link SystemServer.returnLeaders}, if there are no others.
   */
  moveLeaders?(): Promise<number>
  /** Moves the leadership back. */
  returnLeaders?(): Promise<void>
}

/**
 * Creates a link in front of `target`, which may not listen yet, and resolves with the address to advertise instead.
 * `node` is the index of the server, from 0.
 */
export type Advertise = (role: Role, node: number, target: Endpoint) => Promise<Endpoint>

export interface System {
  /** The version of this contract. busproof refuses a system with another version. */
  readonly contract: typeof SYSTEM_CONTRACT
  /** Lower-case letters, digits and dashes. */
  readonly name: string
  /**
   * What the system does not have, each with the reason; absent if it has everything. Plans then contain nothing that needs it, and a
   * clause whose situation cannot arise without it is unsupported, for that reason. A function if it depends on the `witness` of an
   * adapter.
   *
   * - `partitions`: a topic consists of several, and each belongs to one member of a group at a time;
   * - `committedOffsets`: a group commits how far it has come;
   * - `groupMembership`: several consumers share the messages of a group, and a group outlives its members;
   * - `deadLetterTopics`: each topic may have its own dead-letter topic;
   * - `storedLog`: messages stay readable after they were consumed;
   * - `network`: clients connect over a network. Without it the bus runs inside the process that uses it, and nothing is refused;
   * - `refusedTopics`: it can refuse every message of a topic for good, see {@link TopicSpec.refused}.
   */
  readonly lacks?: Lacks | ((witness: Readonly<Record<string, string>>) => Lacks)
  /** Whether several runs may be prepared on it at once; otherwise each lane starts its own. */
  readonly concurrent: boolean
  /** The numbers of servers that it can run with, smallest first; empty if it is already running. */
  readonly sizes: readonly number[]
  /**
   * For a system that runs already: what it calls itself, whatever address leads to it; null if it does not say. Asks, and changes
   * nothing. A chaos run is pinned to it.
   */
  identify?(): Promise<string | null>
  /** Null if it can start here; otherwise one sentence: what is missing and the command that installs it. */
  missing(): Promise<string | null>
  /**
   * Starts it on loopback, in `folder`, which the caller removes. A system whose clients follow advertised addresses calls
   * `advertise` for each of them; without `advertise`, it advertises its own. Other systems do not call it. `servers` is one
   * of its sizes; default: the first.
   */
  start(options: {
    readonly folder: string
    readonly servers?: number
    readonly advertise?: Advertise
  }): Promise<RunningSystem>
  /**
   * For a system that outlives the harness: removes everything with one of the prefixes from the system that `settings`
   * (those of {@link RunningSystem.sweptBy}) lead to. Resolves with one sentence for each removed thing, once all of it is
   * gone. Rejects if it cannot reach the system.
   */
  sweep?(settings: Readonly<Record<string, string>>, prefixes: readonly string[]): Promise<readonly string[]>
}

/** A system that can also run inside the simulated site: it answers simulated wires and witnesses itself live. */
export interface SimulatedSystem {
  /** `credentials` are for the adapter. */
  start(options: {
    readonly topics: readonly TopicSpec[]
    readonly random: () => number
    /** Live witness: reports what happens at the moment it happens. */
    readonly witness: (event: WitnessEvent) => void
    readonly secret: string
  }): {
    readonly credentials: Readonly<Record<string, string>>
    accept(role: Role, wire: import('./adapter.ts').Wire): void
    /** Like {@link Witness.resources}; does not count members whose session has ended. */
    resources(): Readonly<Record<string, number>>
    /** Like {@link Witness.poison}. */
    poison?(topic: string, value: Uint8Array): Position
    /** Like {@link Witness.owners}. */
    owners?(): Readonly<Record<string, readonly string[]>>
    /**
     * Drops everything that it stores of a topic, and of the groups of it that have no members, and all rows. Absent if not supported: the
     * memory that a bus takes while it is used cannot be told from the system's then, and is not judged.
     */
    forget?(topic: string): void
    /** Like {@link Witness.rows}. */
    rows?(): readonly SeenRow[]
    /** Like {@link RunningSystem.servers}. */
    readonly servers?: readonly SystemServer[]
    stop(): void
  }
}

/** What a live witness reports; the recorder stamps and digests it. */
export type WitnessEvent =
  | { readonly type: 'received'; readonly op: string; readonly topic: string }
  | { readonly type: 'stored'; readonly message: StoredMessage }
  | { readonly type: 'position'; readonly committed: CommittedPosition }
