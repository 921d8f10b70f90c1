/** Every failure that a search has found, explained within one budget. */
import type { Failure } from '../certificate/certificate.ts'
import type { Claims } from '../claims.ts'
import { isTimeUp } from '../deadline.ts'
import { messageOf } from '../errors.ts'
import { type Execute, type RunOutcome, spoiltRun } from '../run/outcome.ts'
import type { SiteKind } from '../site-name.ts'
import { byCause } from './causes.ts'
import { confirm, failsBy, type Repeats, repeat } from './confirm.ts'
import { DETERMINISM, differenceSentence, divergenceIn, divergenceSentence, twice } from './divergence.ts'
import { explain } from './explain.ts'
import type { Found } from './find.ts'
import { type ToStore, tidyFailures } from './store.ts'

export interface ExplainAllOptions {
  readonly execute: Execute
  readonly claims: Claims
  readonly kind: SiteKind
  /** Wall-clock time for shrinking all of them together, ms. With 0 they are reported as found. */
  readonly budget: number
  /** How often a failing plan is run again. */
  readonly repetitions: number
  /** Of the time for the whole, ms; default: no limit. */
  readonly left?: () => number
  /** Folder for failures, or null for none. */
  readonly store: string | null
  /** Tell whole stories, and those of what follows too. */
  readonly full?: boolean
  readonly about: Pick<ToStore, 'adapter' | 'site' | 'servers' | 'level' | 'seed'>
  readonly onPhase: (phase: 'confirming' | 'shrinking') => void
  readonly signal?: AbortSignal
}

export interface Explained {
  readonly failures: readonly Failure[]
  /** A plan that left two histories in virtual time, in one sentence; null where none did. */
  readonly divergence: string | null
  /** What a reader of the certificate must know, one sentence each. */
  readonly notes: readonly string[]
}

const NO_REPEATS: Repeats = { outcomes: [], difference: null }
/** Of the time that is left, what the first of several clauses of one run may take: most often the others follow from it. */
const FIRST_SHARE = 2 / 3

/** What one run violated. */
interface Group {
  readonly outcome: RunOutcome
  readonly execute: Execute
  readonly clauses: readonly string[]
}

/**
 * Confirms, shrinks, stores and explains each failed run by the clause that is the cause. Other clauses that the run of the smallest
 * plan violates are added to its story; clauses that it does not violate are explained separately.
 */
export async function explainAll(found: Found, options: ExplainAllOptions): Promise<Explained> {
  const { kind, claims, store, budget, repetitions, left: leftOfAll = () => Number.POSITIVE_INFINITY } = options
  const groups = groupsOf(found, options.execute)
  const explained: Failure[] = []
  let divergence: string | null = null
  const broken: string[] = []
  let left = budget
  /** The time that the current attempt and further runs of the smallest plan will take: on real clocks it has its own rate. */
  let steadying = 0
  for (const [index, { outcome, execute, clauses }] of groups.entries()) {
    let guard = breakingOff(execute, options.signal)
    options.onPhase('confirming')
    const repeating = performance.now()
    const { signal } = guard
    const repeats =
      budget > 0
        ? await repeat({ execute: guard.execute, outcome, site: kind, times: repetitions, signal })
        : NO_REPEATS
    if (kind === 'real') steadying = Math.max(steadying, (performance.now() - repeating) * (1 + 1 / repetitions))
    options.onPhase('shrinking')
    // What came again is the better lead.
    const comesAgain = (clause: string): boolean => confirm(repeats, clause).failed > 0
    let open = [...clauses.filter(comesAgain), ...clauses.filter((clause) => !comesAgain(clause))]
    for (let [clause, ...others] = open; clause !== undefined; [clause, ...others] = open) {
      const { execute: guarded, signal, cause } = guard
      const began = performance.now()
      // What one failure leaves of the time is for those after it.
      const share = Math.min(left, leftOfAll() - steadying) / (groups.length - index)
      const { failure, outcome: told } = await explain({
        execute: guarded,
        outcome,
        repeats,
        clause,
        others,
        claims,
        site: kind,
        budget: Math.max(0, share * (others.length > 0 ? FIRST_SHARE : 1)),
        isUnasked: budget === 0,
        repetitions,
        full: options.full === true,
        store,
        about: { ...options.about, clause },
        signal,
        isBroken: () => cause() !== null,
      })
      const broke = cause()
      if (broke !== null) broken.push(brokenNote(failure, broke))
      left -= Math.min(left, performance.now() - began)
      explained.push(failure)
      divergence ??= divergenceOf({ outcome, told, repeated: repeats, id: failure.id })
      open = others.filter((other) => !failsBy(told, other))
      guard = breakingOff(execute, options.signal)
    }
  }
  if (store !== null && explained.length > 0) await tidyStore(store, explained)
  const notes = [...notesOf(explained), ...broken, ...interruptedNote(explained.length, options)]
  return { failures: explained, divergence, notes }
}

/** By run, in the order in which they failed; in each the causes first. */
function groupsOf({ failures, diverged }: Found, execute: Execute): readonly Group[] {
  const outcomes = [...new Set(failures.map(({ outcome }) => outcome))]
  const failed = outcomes.map((outcome): Group => {
    const clauses = failures
      .filter((one) => one.outcome === outcome)
      .map(({ clause }) => ({ clause, at: outcome.findings[clause]?.violations[0]?.at ?? 0 }))
      .sort(byCause)
      .map(({ clause }) => clause)
    return { outcome, execute, clauses }
  })
  return diverged === null
    ? failed
    : [...failed, { outcome: diverged, execute: twice(execute), clauses: [DETERMINISM] }]
}

/**
 * Runs plans until a run rejects: what was found stands, so that ends the confirming and shrinking of this failure, and
 * neither the search nor the certificate.
 */
function breakingOff(execute: Execute, interrupt: AbortSignal | undefined) {
  const stop = new AbortController()
  let cause: string | null = null
  const guarded: Execute = async (plan, runOptions) => {
    try {
      return await execute(plan, runOptions)
    } catch (error) {
      cause ??= messageOf(error)
      stop.abort()
      return spoiltRun(plan, cause)
    }
  }
  const signal = interrupt === undefined ? stop.signal : AbortSignal.any([interrupt, stop.signal])
  return { execute: guarded, signal, cause: () => cause }
}

const brokenNote = ({ clause, confirmed }: Failure, cause: string): string =>
  `${clause} is reported ${confirmed.of === 0 ? 'as it was found, neither confirmed nor shrunk' : 'with the smallest plan so far'}: ${cause.replace(/\.$/, '')}.`

/** `told` is the run of the smallest plan, which is stored; where a clause was violated, only the run as found was repeated. */
function divergenceOf(of: {
  readonly outcome: RunOutcome
  readonly told: RunOutcome
  readonly repeated: Repeats
  readonly id: string
}): string | null {
  const violation = divergenceIn(of.told)
  if (violation !== null) return divergenceSentence(violation, of.id)
  const { difference } = of.repeated
  return difference === null ? null : `${differenceSentence(difference, of.outcome)}; see ${of.id}`
}

/** Only a nuisance where it fails: the failures of this run are stored already. */
async function tidyStore(store: string, failures: readonly Failure[]): Promise<void> {
  try {
    const ids = failures.map(({ id }) => id)
    await tidyFailures(store, ids)
  } catch (error) {
    process.emitWarning(`${store} could not be cleaned up: ${String(error)}`, 'BusproofWarning')
  }
}

/** A safety violation in a recorded history stands, however seldom it comes. */
const notesOf = (failures: readonly Failure[]): string[] =>
  failures
    .filter(({ confirmed }) => confirmed.failed === 0 && confirmed.of > 0)
    .flatMap(({ clause, also, confirmed }) =>
      [clause, ...also.map((one) => one.clause)].map((clause) => ({ clause, confirmed })),
    )
    .map(
      ({ clause, confirmed }) =>
        `${clause} was violated once and not reproduced in ${confirmed.of} runs of the same plan; the violation stands, because its history is recorded.`,
    )

function interruptedNote(failures: number, { signal }: ExplainAllOptions): string[] {
  if (failures === 0 || signal?.aborted !== true) return []
  const why = isTimeUp(signal) ? 'The time was up' : 'Interrupted'
  return [`${why} before all failures were confirmed and shrunk: busproof keeps the smallest plans so far.`]
}
