/** What can be done to links and to the system's own processes, and what each is called. */

/** `up`: from the adapter to the system. `down`: back to it. */
export type Direction = 'up' | 'down'

interface LinkFaultKind {
  /** It acts on one direction of the bytes. */
  readonly directed: boolean
  /** Bytes of that direction disappear while it acts. */
  readonly swallows?: true
  /** Bytes that it holds back arrive later: none of them is lost. */
  readonly keeps?: true
  /** What plans draw, in the unit of the kind, mildest first. */
  amounts(swarm: { readonly sliceBytes: readonly number[] }): readonly number[]
  /** Its weight among the faults of plans that lean to outages, and of those that lean to probes that hang in one; 0 is never. */
  readonly leans: { readonly outage: number; readonly hang: number }
}

const NO_AMOUNT = (): readonly number[] => [0]

/** What a link can do to the bytes. What each does is carried out by `link/stream-fault.ts`, and by Toxiproxy in its own words. */
export const LINK_FAULTS = {
  /** Connects are refused, and open connections reset (Toxiproxy: a proxy that is disabled). */
  refuse: { directed: false, amounts: NO_AMOUNT, leans: { outage: 5, hang: 5 } },
  /** Open connections are reset, and later ones as soon as data flows (reset_peer). */
  reset: { directed: false, amounts: NO_AMOUNT, leans: { outage: 3, hang: 1 } },
  /** Nothing arrives, and connections with such a hole are reset at the end (timeout). */
  'black-hole': { directed: true, swallows: true, amounts: NO_AMOUNT, leans: { outage: 5, hang: 8 } },
  /** Everything arrives so many ms later. */
  latency: { directed: true, keeps: true, amounts: () => [10, 50, 150, 400], leans: { outage: 0, hang: 0 } },
  /** Each connection is reset after so many bytes (limit_data). */
  cut: { directed: true, amounts: () => [500, 100, 30, 7, 1, 0], leans: { outage: 2, hang: 2 } },
  /** Bytes arrive in pieces of so many (slicer). */
  slice: { directed: true, keeps: true, amounts: ({ sliceBytes }) => sliceBytes, leans: { outage: 0, hang: 0 } },
  /** So many bytes a second get through; at 0 all of them wait, and none is lost. */
  bandwidth: { directed: true, keeps: true, amounts: () => [100_000, 20_000, 5_000], leans: { outage: 0, hang: 4 } },
  /** The end of a connection arrives so many ms later (slow_close). */
  'slow-close': { directed: true, amounts: () => [50, 200, 600], leans: { outage: 0, hang: 0 } },
} as const satisfies Readonly<Record<string, LinkFaultKind>>

export type FaultKind = keyof typeof LINK_FAULTS
export const FAULT_KINDS = Object.keys(LINK_FAULTS) as readonly FaultKind[]
export const linkFaultKind = (kind: FaultKind): LinkFaultKind => LINK_FAULTS[kind]

/**
 * What can happen to one server of the system. `move-leader`: its leadership moves to others in an orderly way, and back at the
 * end. `pause`: it is frozen (SIGSTOP) until the end. `restart`: it is killed, and restarted at the end.
 * `lose-disk`: the same, and it restarts without its stored data.
 * `isolate`: it is cut off from the other servers while clients still reach it. `clock-step`: the machine's wall clock is an
 * hour ahead until the end; no time passes by that.
 */
export type OutageKind = 'move-leader' | 'pause' | 'restart' | 'lose-disk' | 'isolate' | 'clock-step'
export const OUTAGE_KINDS: readonly OutageKind[] = [
  'move-leader',
  'pause',
  'restart',
  'lose-disk',
  'isolate',
  'clock-step',
]

const OUTAGE_NAMES: Readonly<Record<OutageKind, string>> = {
  'move-leader': 'move of leaders',
  pause: 'pause of a server',
  restart: 'restart of a server',
  'lose-disk': 'restart of a server without its disk',
  isolate: 'isolation of a server',
  'clock-step': 'step of the wall clock',
}

/** Outages after which a server reads on where it was. */
const KEEPING: readonly OutageKind[] = ['move-leader', 'pause', 'isolate']

export const isOutage = (kind: FaultKind | OutageKind): kind is OutageKind => Object.hasOwn(OUTAGE_NAMES, kind)
/** Whether what was sent while it lasts may arrive when it is over. */
export const keepsBack = (kind: FaultKind | OutageKind): boolean =>
  isOutage(kind) ? KEEPING.includes(kind) : linkFaultKind(kind).keeps === true
export const outageName = (kind: OutageKind): string => OUTAGE_NAMES[kind]

/** For counts and tables: kinds that act on one direction are named with it, such as `black-hole down`. */
export function faultName(kind: FaultKind | OutageKind, direction: Direction): string {
  if (isOutage(kind)) return outageName(kind)
  return LINK_FAULTS[kind].directed ? `${kind} ${direction}` : kind
}

/** Faults by their name, see {@link faultName}; `kill` counts processes of nodes that were killed. */
export type FaultCounts = Readonly<Record<string, number>>
