/** What a chaos run adds to its certificate. */

export interface Latency {
  readonly count: number
  /** ms, to two digits. */
  readonly p50: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

/** How a threshold was kept. */
export interface Kept {
  /** As the chaos file writes it. */
  readonly text: string
  /** The value that was farthest from keeping it, in its unit; null if there was none to compare. */
  readonly worst: number | null
  readonly isKept: boolean
}

export interface Measured {
  readonly sent: number
  readonly acknowledged: number
  readonly failed: number
  /** Of messages by a group, the first time. */
  readonly handled: number
  /** Deliveries to a group that had not rejected the message the last time. */
  readonly redelivered: number
  /** The most deliveries that were due at once: of acknowledged messages to groups that had neither handled them nor set them aside. */
  readonly lag: number
  /** From when a message was to be sent: to its acknowledgement, and to the end of its first good handling. */
  readonly latency: { readonly publish: Latency; readonly handle: Latency }
  /** ms in which publishes were under way or failed, and none was acknowledged: the longest of all, and by fault where it was a second or more. */
  readonly unavailable: { readonly longest: number; readonly byFault: Readonly<Record<string, number>> }
  readonly thresholds: readonly Kept[]
}

/** A straight line through values by time. */
export interface Slope {
  /** Bytes an hour. */
  readonly perHour: number
  /** Half of its 95 % confidence interval. */
  readonly plusMinus: number
}

/** A part of the run. */
export interface Point {
  /** ms since the run began. */
  readonly at: number
  /** Acknowledged messages a second. */
  readonly rate: number
  /** Of their latencies, ms; null where there were none. */
  readonly p50: number | null
  readonly p99: number | null
}

/** When a fault was active, ms since the run began. */
export interface Band {
  readonly from: number
  readonly to: number
  readonly name: string
}

export interface Series {
  /** At most 600: in a longer run each stands for more time. */
  readonly points: readonly Point[]
  /** The first 1,000. */
  readonly bands: readonly Band[]
}

export interface Soak extends Measured {
  readonly series: Series
  readonly ended:
    | 'finished'
    | 'empty'
    | 'violation'
    | 'threshold'
    | 'guard'
    | 'unhealthy'
    | 'interrupted'
    | 'error'
    | 'unfinished'
  /** Why it is not soaked, one sentence without its full stop; null if it finished well. */
  readonly why: string | null
  /** Epochs that were judged, the baseline included. */
  readonly epochs: number
  /** ms of traffic. */
  readonly lasted: number
  /** Messages a second that were asked for. */
  readonly rate: number
  /** What the harness holds in heap and buffers after each epoch, garbage apart, without the first quarter of them; null with fewer than seven. */
  readonly memory: Slope | null
  /** The same of the node whose memory grows most, from one epoch to the next, while no bus is open in it. */
  readonly nodeMemory: Slope | null
}

/** One of several harnesses that share a chaos run: 1 is the first. */
export interface Shard {
  readonly index: number
  readonly of: number
}
