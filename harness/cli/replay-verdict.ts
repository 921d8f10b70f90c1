/** What a replay has shown, and how it ends. */
import { isDeepStrictEqual } from 'node:util'
import type { Violation } from '../check/check.ts'
import type { Event } from '../events/kinds.ts'
import type { Plan, PlannedMessage } from '../plan/plan.ts'
import { compareStories } from '../report/compare-stories.ts'
import { type Story, tellStory } from '../report/story.ts'
import { missedIn } from '../run/missed.ts'
import type { RunOutcome } from '../run/outcome.ts'
import { DETERMINISM, differenceOf, differenceSentence, firstDifference, versionsOf } from '../search/divergence.ts'
import { alsoViolated } from '../search/explain.ts'
import type { SiteName } from '../site-name.ts'
import { plural, WIDTH, wrap } from '../text.ts'
import { EXIT } from './exit-code.ts'
import type { Output } from './io.ts'

/** How a plan failed, when it was found. */
export interface Before {
  readonly site: SiteName
  readonly failure: NonNullable<Story['failure']>
  /** Empty where none is left. */
  readonly story: readonly string[]
  /** Null where none are left. */
  readonly events: readonly Event[] | null
}

export interface Judging {
  /** The clause that failed; null for a bare plan, which any clause may fail. */
  readonly clause: string | null
  /** Those that the adapter claims. */
  readonly judged: readonly string[]
  /** As it was given. */
  readonly plan: Plan
  /** As it suits the adapter. */
  readonly fitting: Plan
  /** Numbers of what did not land when the plan failed either, see {@link missedIn}. */
  readonly idle: ReadonlySet<number>
  /** Null where it is not known how the plan failed, or that it ever did. */
  readonly before: Before | null
  /** The kind of site on which it failed; null if unknown. */
  readonly failedOn: SiteName | null
  /** The runs were made in virtual time. */
  readonly simulated: boolean
  /** Whole stories. */
  readonly full: boolean
  /** Before as many runs were made as were to be. */
  readonly interrupted: boolean
}

/** Prints the story, where it differs, and one line; gives what the process ends with. */
export function conclude(outcomes: readonly RunOutcome[], judging: Judging, stdout: Output): number {
  const failing = outcomes
    .filter(({ error }) => error === null)
    .map((outcome) => violationOf(outcome, judging))
    .filter((found) => found !== null)
  const [first] = failing
  const parted = partingOf(outcomes, judging)
  if (first !== undefined) {
    const { lines, sentence } = storyOf(first, judging)
    stdout.write(
      `${[...lines, '', ...sentence, ...(parted === null ? [] : wrap(`${parted}.`, WIDTH))].join('\n').trimEnd()}\n\n`,
    )
    if (first.violation.clause === DETERMINISM) {
      stdout.write(`ERROR ${first.violation.message}\n`)
      return EXIT.failed
    }
    const clauses = [...new Set(failing.map(({ violation }) => violation.clause))].join(', ')
    stdout.write(`FAILED ${failing.length} of ${outcomes.length} by ${clauses}\n`)
    return EXIT.violation
  }
  const nothing = saysNothing(outcomes, judging) ?? parted
  if (nothing !== null) {
    stdout.write(`ERROR ${nothing}\n`)
    return EXIT.failed
  }
  for (const line of partsFromBefore(outcomes, judging)) stdout.write(`${line}\n`)
  const whole = outcomes.filter((outcome) => missed(outcome, judging).length === 0).length
  const what = judging.clause === null ? 'no clause was violated' : `${judging.clause} held`
  const rest = whole === outcomes.length ? '' : `; in ${outcomes.length - whole} more, not every fault landed`
  stdout.write(`FIXED ${what} in ${plural(whole, 'run')}${rest}${untested(outcomes, judging)}${seldom(judging)}\n`)
  return EXIT.certified
}

/** In a fixed bus the situation of the clause may no longer arise, but the same holds if only the timing has changed. */
const untested = (outcomes: readonly RunOutcome[], judging: Judging): string =>
  hadNoOccasion(outcomes, judging) ? '; but the clause had no occasion' : ''

const hadNoOccasion = (outcomes: readonly RunOutcome[], { clause }: Judging): boolean =>
  clause !== null &&
  clause !== DETERMINISM &&
  outcomes.every(({ findings }) => (findings[clause]?.occasions ?? 0) === 0)

const isElsewhere = ({ failedOn, simulated }: Judging): boolean =>
  failedOn !== null && (failedOn === 'simulated') !== simulated

/** What failed seldom may only have hidden. */
function seldom({ before }: Judging): string {
  const { failed = 0, of = 0 } = before?.failure.confirmed ?? {}
  return of === 0 || failed === of ? '' : `; it had failed ${failed} of ${of}`
}

/** Virtual time repeats itself: where runs of one replay part, one sentence that says at which event. */
function partingOf([first, ...others]: readonly RunOutcome[], { simulated }: Judging): string | null {
  if (!simulated || first === undefined) return null
  for (const other of others) {
    const difference = differenceOf(first, other)
    if (difference !== null) return differenceSentence(difference, first)
  }
  return null
}

/** A fixed run has no story; in virtual time, a sentence can name the first event that differs. */
function partsFromBefore([first]: readonly RunOutcome[], { before, simulated }: Judging): string[] {
  const now = first?.history
  if (!simulated || before?.site !== 'simulated' || before.events === null || now == null) return []
  const difference = firstDifference(before.events, now.events)
  if (difference === null)
    return ['The history is the same, byte for byte: the check has changed, not the adapter.', '']
  const [then, here] = versionsOf(difference, now.header.prefix)
  return wrap(
    `The run differs from the stored one, first at line ${difference.line} of history.jsonl: then ${then}, now ${here}.`,
    WIDTH,
  ).concat('')
}

/** Why runs without a violation do not prove that the bus is fixed; null if they do. */
function saysNothing(outcomes: readonly RunOutcome[], judging: Judging): string | null {
  const { clause, judged, plan, fitting, interrupted } = judging
  const errors = outcomes.flatMap(({ error }) => (error === null ? [] : [error]))
  if (errors.length > 0 || outcomes.length === 0) return errors[0] ?? 'no run was made'
  if (interrupted) return `interrupted: no violation in ${plural(outcomes.length, 'run')}, but more runs were planned`
  if (clause !== null && !judged.includes(clause)) return `this adapter does not claim ${clause}`
  if (fitting.faults.length < plan.faults.length) {
    return 'the plan has faults on the dead-letter link, and the adapter claims no dead letters: replay it with an adapter that does'
  }
  const other = fitting.messages.findIndex((message, place) => !isSame(message, plan.messages[place]))
  if (other >= 0) {
    return `m${other} is another message here, because this adapter does not claim what the plan requires: replay it with an adapter that does`
  }
  if (isElsewhere(judging) && hadNoOccasion(outcomes, judging)) {
    return `no violation, but ${clause} had no occasion: on another site than the original one, this proves nothing`
  }
  const all = outcomes.map((outcome) => missed(outcome, judging))
  if (all.some((names) => names.length === 0)) return null
  const [name] = all[0] ?? []
  return `no violation, but the plan did not happen in ${plural(all.length, 'run')}: ${name}, did not land`
}

const isSame = (one: PlannedMessage, other: PlannedMessage | undefined): boolean =>
  other !== undefined &&
  (['body', 'headers', 'outcome'] as const).every((field) => isDeepStrictEqual(one[field], other[field]))

const missed = ({ plan, history }: RunOutcome, { idle }: Judging): readonly string[] =>
  missedIn(plan, history?.events ?? [])
    .filter(({ number }) => !idle.has(number))
    .map(({ name }) => name)

interface Found {
  readonly outcome: RunOutcome
  readonly violation: Violation
}

/** Of the clause that failed, else of any other: a plan that now breaks another clause is not fixed. */
function violationOf(outcome: RunOutcome, { clause, judged }: Judging): Found | null {
  const order = clause === null ? judged : [clause, ...judged]
  for (const id of order) {
    const violation = outcome.findings[id]?.violations[0]
    if (violation !== undefined) return { outcome, violation }
  }
  return null
}

/** The story, marked where it differs from the stored one, and what the comparison has shown. */
function storyOf(
  { outcome, violation }: Found,
  { before, clause, simulated, full }: Judging,
): { readonly lines: readonly string[]; readonly sentence: readonly string[] } {
  const { history } = outcome
  const lines =
    history === null ? [violation.message] : tellStory({ ...history, violation, ...toldWith(outcome, before, full) })
  if (before === null || violation.clause === DETERMINISM) return { lines, sentence: [] }
  if (violation.clause !== clause)
    return { lines, sentence: [`This story differs from the stored one: ${clause} held.`] }
  if (before.story.length === 0) return { lines, sentence: ['There is no stored story to compare with.'] }
  const exact = simulated && before.site === 'simulated'
  const compared = compareStories(before.story, lines, { exact })
  const difference = exact && before.events !== null ? firstDifference(before.events, history?.events ?? []) : null
  const more = difference === null ? '' : ` The history differs from line ${difference.line} of history.jsonl on.`
  return { lines: compared.lines, sentence: wrap(`${compared.sentence}${more}`, WIDTH) }
}

/** What followed from the violation when the plan failed may not follow from it any more. */
function toldWith(outcome: RunOutcome, before: Before | null, full: boolean): Pick<Story, 'failure' | 'full'> {
  if (before === null) return { full }
  const clauses = before.failure.also.map(({ clause }) => clause)
  return { failure: { ...before.failure, also: alsoViolated(outcome, clauses, false) }, full }
}
