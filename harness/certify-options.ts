import type { CertificateLevel } from '../spec/clause.ts'
import type { Waiver } from './certificate/waiver.ts'
import type { Duration } from './duration.ts'
import type { Effort } from './effort.ts'
import type { Plan } from './plan/plan.ts'
import type { SiteName } from './site-name.ts'

export interface CertifyOptions {
  /** Default `resilient`. */
  readonly level?: CertificateLevel
  /** The adapter must claim what this profile says, such as `onex`; default: none. */
  readonly profile?: string
  /**
   * Every bus is opened in this environment, one of those that the adapter claims, such as `production`; default: all of them take turns.
   * Settings that decide a figure have what the plan draws.
   */
  readonly environment?: string
  /** Default `simulated` if the adapter's system can be simulated, otherwise `real`. */
  readonly site?: SiteName
  /** The number of the system's processes; default: the fewest that the system runs with. */
  readonly servers?: number
  /** Default: random; the certificate shows it. */
  readonly seed?: number
  /** Sets the defaults for runs, time, repetitions and shrinking. `quick` certifies nothing. */
  readonly effort?: Effort
  /** Minimum number of generated runs; default: by the effort, which is 400 simulated and 40 real for the default effort. */
  readonly runs?: number
  /**
   * Longest wall-clock time from the call to the certificate; default: generous, by the effort. When it is up, the current run
   * is aborted and not counted, violations are reported as far as they were shrunk, and clauses that are short of occasions
   * are inconclusive. Stopping the site may take a little longer.
   */
  readonly time?: Duration
  /** Judge only these clauses or areas, such as `ordering/1` or `breaker`. Such a certificate is never `certified`. */
  readonly only?: readonly string[]
  /** The number of parallel runs; default: the number of cores, at most 4. */
  readonly lanes?: number
  /** The folder for failures; default `.busproof/failures`, null to store none. */
  readonly failures?: string | null
  /** The folder of pinned plans, which run first; default `scenarios/regressions`, null for none. */
  readonly regressions?: string | null
  /** Real site: `auto` uses Toxiproxy's server if it is found; default `auto`. */
  readonly toxiproxy?: 'auto' | 'off' | 'required'
  /** Judge exactly these plans and generate none. */
  readonly plans?: readonly Plan[]
  /** Longest time for shrinking all failures together, within `time`; default: by the effort. 0 disables shrinking. */
  readonly shrink?: Duration
  /** Show the complete story of each failure, including its consequences; default false: about 25 lines. */
  readonly full?: boolean
  /** Stop the search once any clause has failed, or one of these; default true. */
  readonly bail?: boolean | readonly string[]
  /**
   * Violations that are known and accepted for a while. The verdict of such a clause is `waived` and does not end the search; an expired
   * waiver, and one that nothing needed, keep the certificate from being issued.
   */
  readonly waivers?: readonly Waiver[]
  readonly onProgress?: (progress: Progress) => void
  readonly signal?: AbortSignal
}

export interface Progress {
  readonly phase: 'starting' | 'running' | 'confirming' | 'shrinking'
  readonly runs: number
  readonly wanted: number
  readonly faultsLanded: number
  readonly events: number
  /** Time since the call. */
  readonly elapsedMs: number
  /** An estimate from the pace so far; null while there is none. */
  readonly remainingMs: number | null
  /** The clauses that are still short of occasions. */
  readonly short: readonly string[]
}
