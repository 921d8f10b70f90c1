/** The certificate: all verdicts of many runs. Reports are pure renderings of it. */
import type { CertificateLevel } from '../../spec/clause.ts'
import type { Violation } from '../check/check.ts'
import type { Effort } from '../effort.ts'
import type { Column } from '../events/kind.ts'
import type { FaultCounts } from '../faults.ts'
import type { Plan } from '../plan/plan.ts'
import type { PlanSize } from '../plan/size.ts'
import type { SiteName } from '../site-name.ts'
import type { Shortage } from './judged.ts'
import type { ShardPart } from './shard.ts'
import type { Soak } from './soak.ts'
import type { Waived } from './waiver.ts'

export const CERTIFICATE_FORMAT = 'busproof.certificate/3'

export type VerdictName = 'pass' | 'fail' | 'inconclusive' | 'unsupported' | 'waived' | 'not run' | 'error'

export interface Verdict {
  readonly clause: string
  readonly verdict: VerdictName
  /** Of what is unsupported: why, as one sentence without its full stop. Missing in older certificates. */
  readonly reason?: string
  readonly occasions: number
  /** Occasions that the clause wants. */
  readonly wanted: number
  /** Kinds of occasion that arose too rarely, of a clause that is inconclusive; absent where none did. */
  readonly short?: readonly Shortage[]
  /** Of a clause that passes: kinds of occasion that only some buses can meet, and that never arose; absent where all did. */
  readonly unseen?: readonly string[]
  /** At most five of them are kept; `violationCount` has all. */
  readonly violations: readonly Violation[]
  readonly violationCount: number
  /** Only the adapter's own word stands behind it. */
  readonly selfReported: boolean
  /** Of what is waived: by which waiver, and the verdict without it. */
  readonly waived?: Waived
}

/**
 * A failing plan after it was confirmed and shrunk, as stored under `.busproof/failures/ID/`. It makes the certificate alone
 * enough to run the plan again, on any machine.
 */
export interface Failure {
  readonly id: string
  /** `determinism` for a plan that left two histories in virtual time: that is an error, and no verdict speaks of it. */
  readonly clause: string
  /** The adapter's module: its path from the working directory, or its URL. */
  readonly adapter: string
  readonly servers: number
  /** The smallest plan that failed. */
  readonly plan: Plan
  /** Numbers of its faults, outages and kills that touched nothing when it failed. */
  readonly missed: readonly number[]
  /**
   * Other clauses that the run of this plan violates, as the run that was found did: they follow from this one, and have no
   * failure of their own.
   */
  readonly also: readonly Consequence[]
  /** Lines of the story, plain text. */
  readonly story: readonly string[]
  /** The same as data, with more steps than the story has; missing in older certificates, and where no history is left. */
  readonly told?: Told
  /** Where plan, history and story lie, relative to the working directory; null when they were not to be stored. */
  readonly folder: string | null
  /** Repetitions of this plan that failed by the same clause, of how many. */
  readonly confirmed: { readonly failed: number; readonly of: number }
  /** Messages, faults and consumers of the plan as found, and after shrinking. */
  readonly shrunk: {
    readonly from: PlanSize
    readonly to: PlanSize
    readonly ended: 'minimal' | 'budget' | 'unasked' | 'interrupted' | 'broken off' | 'unsteady' | 'not reproduced'
  }
}

export interface Told extends Pick<Violation, 'message' | 'expected' | 'actual'> {
  readonly steps: readonly StoryStep[]
}

/** One event of a story, in the lane of who did it. */
export interface StoryStep {
  /** ms after the run began. */
  readonly at: number
  readonly column: Column
  readonly text: string
  /** The step that broke the clause. */
  readonly breaks?: true
}

export interface Consequence {
  readonly clause: string
  /** The first violation. */
  readonly message: string
  /** Only where whole stories were asked for. */
  readonly story?: readonly string[]
}

export interface Certificate {
  readonly format: typeof CERTIFICATE_FORMAT
  readonly adapter: string
  readonly system: string
  readonly site: SiteName
  readonly level: CertificateLevel
  /** The profile whose claims the adapter makes; absent if none was asked for. */
  readonly profile?: string
  /** The environment that every bus was opened in, such as `production`; absent if all that are claimed took turns, or none is. */
  readonly settings?: string
  /** How much was tried; a quick look is never certified. */
  readonly effort: Effort
  readonly certified: boolean
  /** Why it is not certified, or what a reader must know of it: one sentence each. */
  readonly notes: readonly string[]
  readonly seed: number
  readonly runs: number
  readonly events: number
  /** Faults that landed, by kind, and those that touched nothing. */
  readonly faults: { readonly landed: FaultCounts; readonly missed: number }
  /** Who carried the faults out: `simulated links`, `tap and Toxiproxy 2.12.0`, or `tap alone`; and since when, where that changed. */
  readonly links: string
  /** Why runs were made again, one sentence for each time: the site had spoilt them, and nothing of that is judged. */
  readonly madeAgain: readonly string[]
  readonly witness: 'none' | 'live' | 'after'
  readonly host: 'worker' | 'child process' | 'in process'
  readonly verdicts: readonly Verdict[]
  /** Waivers that have expired or that nothing needed, one sentence each; absent if there is none. */
  readonly staleWaivers?: readonly string[]
  readonly failures: readonly Failure[]
  /** Set when the harness or the site failed rather than the adapter. */
  readonly error: string | null
  /** Of a chaos run: what it measured. */
  readonly soak?: Soak
  /** Of one shard of a chaos run: what `busproof merge` adds up. */
  readonly shard?: ShardPart
  /** Wall-clock time, ms. */
  readonly tookMs: number
  readonly environment: {
    readonly busproof: string
    readonly node: string
    readonly client: string | null
    readonly server: string
    readonly os: string
  }
}

/** The failure whose story explains a violated clause: its own, or its cause; undefined if no run shows it. */
export const failureOf = ({ failures }: Pick<Certificate, 'failures'>, clause: string): Failure | undefined =>
  failures.find((failure) => failure.clause === clause) ??
  failures.find(({ also }) => also.some((one) => one.clause === clause))

/** For a clause whose violation is a consequence: one sentence that names the story, or its own story, if it has one. */
export function storyIn(certificate: Pick<Certificate, 'failures'>, clause: string): readonly string[] | null {
  const failure = failureOf(certificate, clause)
  if (failure === undefined) return null
  const consequence = failure.clause === clause ? undefined : failure.also.find((one) => one.clause === clause)
  if (consequence === undefined) return failure.story
  const { message, story = [] } = consequence
  const sentence = `${message}: the run that violates ${failure.clause} also violates ${clause}; see the story of ${failure.clause}, ${failure.id}.`
  return story.length === 0 ? [sentence] : [sentence, '', ...story]
}
