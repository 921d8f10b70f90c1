import type { CertificateLevel } from '../spec/clause.ts'
import type { Duration } from './duration.ts'
import type { Effort } from './effort.ts'
import type { Plan } from './plan/plan.ts'
import type { SiteName } from './site-name.ts'

export interface CertifyOptions {
  /** Default `resilient`. */
  readonly level?: CertificateLevel
  /** Default `simulated` where the adapter's system can be simulated, else `real`. */
  readonly site?: SiteName
  /** Of the system's processes, where there may be more than one; default: as few as the system runs with. */
  readonly nodes?: number
  /** Default: a random one, which the certificate names. */
  readonly seed?: number
  /** How much is tried: runs, time, repetitions and shrinking, where they are not given. A quick look certifies nothing. */
  readonly effort?: Effort
  /** Generated runs at least; default: what the effort makes, which is 400 simulated and 40 real where it is not given. */
  readonly runs?: number
  /**
   * Longest wall-clock time from the call to the certificate; default: generous, by the effort. A run under way then is
   * ended and not counted, violations found so far are told as far as they were shrunk, and clauses still short of occasions
   * are inconclusive. Stopping what runs may take a little longer.
   */
  readonly time?: Duration
  /** Judge only these clauses or areas, such as `ordering/1` or `breaker`. Such a certificate is never `certified`. */
  readonly only?: readonly string[]
  /** Runs side by side; default: the machine's cores, at most 4. */
  readonly lanes?: number
  /** Where failures are stored; default `.busproof/failures`, null for nowhere. */
  readonly failures?: string | null
  /** Folder of pinned plans, which are run first; default `scenarios/regressions`, null for none. */
  readonly regressions?: string | null
  /** Real site: `auto` uses Toxiproxy's server where it is found; default `auto`. */
  readonly toxiproxy?: 'auto' | 'off' | 'required'
  /** Judge exactly these plans and generate none. */
  readonly plans?: readonly Plan[]
  /** Longest time for shrinking all failures together, within `time`; default by the effort. With 0 they are told as found. */
  readonly shrink?: Duration
  /** Tell the whole story of each failure, also of what follows from it, with nothing left out; default false: about 25 lines. */
  readonly full?: boolean
  /** Stop looking for more once a clause has failed, or one of these has; default true. */
  readonly bail?: boolean | readonly string[]
  readonly onProgress?: (progress: Progress) => void
  readonly signal?: AbortSignal
}

export interface Progress {
  readonly phase: 'starting' | 'running' | 'confirming' | 'shrinking'
  readonly runs: number
  readonly wanted: number
  readonly faultsLanded: number
  readonly events: number
  /** Since the call. */
  readonly elapsedMs: number
  /** Guess from the pace so far; null while there is none. */
  readonly remainingMs: number | null
  /** Clauses that are still short of occasions. */
  readonly short: readonly string[]
}
