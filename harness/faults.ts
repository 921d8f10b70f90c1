/** What can be done to links and to the system's own processes, and what each is called. */

/**
 * What a link can do to the bytes, in Toxiproxy's words where it has one: `refuse` (disabled), `reset` (reset_peer),
 * `black-hole` (timeout), `latency`, `cut` (limit_data), `slice` (slicer), `bandwidth`, `slow-close`.
 */
export type FaultKind = 'refuse' | 'reset' | 'black-hole' | 'latency' | 'cut' | 'slice' | 'bandwidth' | 'slow-close'
export const FAULT_KINDS: readonly FaultKind[] = [
  'refuse',
  'reset',
  'black-hole',
  'latency',
  'cut',
  'slice',
  'bandwidth',
  'slow-close',
]
/** `up`: from the adapter to the system. `down`: back to it. */
export type Direction = 'up' | 'down'

/**
 * What can happen to one node of the system. `move-leader`: others lead what it leads, in good order, and it leads again at
 * the end. `pause`: it is frozen (SIGSTOP) until it goes on. `restart`: it is killed, and started again at the end.
 * `lose-disk`: the same, and it comes back without what it had stored.
 * `isolate`: it is cut off from the other nodes while clients still reach it. `clock-step`: the wall clock of the machine
 * on which everything runs is an hour ahead, until it is set right; no time goes by with that.
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

export const isOutage = (kind: FaultKind | OutageKind): kind is OutageKind => Object.hasOwn(OUTAGE_NAMES, kind)
export const outageName = (kind: OutageKind): string => OUTAGE_NAMES[kind]

/** For counts and tables: kinds that act on one direction are named with it, such as `black-hole down`. */
export function faultName(kind: FaultKind | OutageKind, direction: Direction): string {
  if (isOutage(kind)) return outageName(kind)
  return kind === 'refuse' || kind === 'reset' ? kind : `${kind} ${direction}`
}

/** Faults by their name, see {@link faultName}; `kill` counts processes of nodes that were killed. */
export type FaultCounts = Readonly<Record<string, number>>
