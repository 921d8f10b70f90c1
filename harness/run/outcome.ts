/** What one run leaves behind for search and certificate. */
import type { Finding } from '../check/check.ts'
import type { Event } from '../events/kinds.ts'
import type { FaultCounts } from '../faults.ts'
import type { RunHeader } from '../history/header.ts'
import type { Plan } from '../plan/plan.ts'

export interface RunOutcome {
  readonly plan: Plan
  readonly events: number
  readonly faults: { readonly landed: FaultCounts; readonly missed: number }
  /** Publish requests that were counted as they reached the system. */
  readonly requests?: number
  /** Bytes of the adapter's output that were more than is kept of a run. */
  readonly dropped?: number
  /** By clause id. */
  readonly findings: Readonly<Record<string, Finding>>
  /** Kept only where a clause failed, or when asked for. */
  readonly history: { readonly header: RunHeader; readonly events: readonly Event[] } | null
  /** The harness or the site failed: the run says nothing about the adapter. */
  readonly error: string | null
  /** Beside an error that a fresh attempt may cure: what would have to be renewed for it. */
  readonly passing?: 'toxiproxy' | 'site'
}

/** The outcome of a run that says nothing about the adapter; nothing of the run is kept. */
export const spoiltRun = (plan: Plan, error: string): RunOutcome => ({
  plan,
  events: 0,
  faults: { landed: {}, missed: 0 },
  findings: {},
  history: null,
  error,
})

/** Runs one plan once. The same on every site. */
export type Execute = (
  plan: Plan,
  options?: {
    readonly keepHistory?: boolean
    readonly signal?: AbortSignal
    /** Called once everything is ready for the traffic, which waits for it; only real sites call it. */
    readonly beforeTraffic?: () => Promise<void>
    /** Where the history of the run is left, compressed; only real sites do so. By default it is let go. */
    readonly historyAt?: string
    /** Receives each event as it happens; only real sites call it. */
    readonly onEvent?: (event: Event) => void
  },
) => Promise<RunOutcome>
