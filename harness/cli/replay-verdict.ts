/** What a replay has shown, and how it ends. */
import { isDeepStrictEqual } from 'node:util'
import type { Violation } from '../check/check.ts'
import type { Plan, PlannedMessage } from '../plan/plan.ts'
import { tellStory } from '../report/story.ts'
import { plural } from '../report/text.ts'
import { missedIn } from '../run/missed.ts'
import type { RunOutcome } from '../run/outcome.ts'
import { EXIT } from './exit-code.ts'
import type { Output } from './io.ts'

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
}

/** Prints the story and one line; resolves with what the process ends with. */
export function conclude(outcomes: readonly RunOutcome[], judging: Judging, stdout: Output): number {
  const failing = outcomes
    .filter(({ error }) => error === null)
    .map((outcome) => violationOf(outcome, judging))
    .filter((found) => found !== null)
  const [first] = failing
  if (first !== undefined) {
    const clauses = [...new Set(failing.map(({ violation }) => violation.clause))].join(', ')
    stdout.write(`${storyOf(first).join('\n')}\n\nFAILED ${failing.length} of ${outcomes.length} by ${clauses}\n`)
    return EXIT.violation
  }
  const nothing = saysNothing(outcomes, judging)
  if (nothing !== null) {
    stdout.write(`ERROR ${nothing}\n`)
    return EXIT.failed
  }
  const whole = outcomes.filter((outcome) => missed(outcome, judging).length === 0).length
  const what = judging.clause === null ? 'no clause was violated' : `${judging.clause} held`
  const rest = whole === outcomes.length ? '' : `; in ${outcomes.length - whole} more not every fault landed`
  stdout.write(`FIXED ${what} in ${plural(whole, 'run')}${rest}\n`)
  return EXIT.certified
}

/** Why runs without a violation do not show that anything is mended; null when they do. */
function saysNothing(outcomes: readonly RunOutcome[], judging: Judging): string | null {
  const { clause, judged, plan, fitting } = judging
  const errors = outcomes.flatMap(({ error }) => (error === null ? [] : [error]))
  if (errors.length > 0 || outcomes.length === 0) return errors[0] ?? 'nothing was run'
  if (clause !== null && !judged.includes(clause)) return `${clause} is not among what this adapter claims`
  if (fitting.faults.length < plan.faults.length) {
    return 'the plan has faults on the way to the dead letters, and the adapter claims none: replay it on one that does'
  }
  const other = fitting.messages.findIndex((message, place) => !isSame(message, plan.messages[place]))
  if (other >= 0) {
    return `m${other} is another message here: this adapter does not claim what the plan has it do; replay it on one that does`
  }
  const all = outcomes.map((outcome) => missed(outcome, judging))
  if (all.some((names) => names.length === 0)) return null
  const [name] = all[0] ?? []
  return `nothing was violated, but the plan did not happen in ${plural(all.length, 'run')}: ${name}, did not land`
}

const isSame = (one: PlannedMessage, other: PlannedMessage | undefined): boolean =>
  one.body === other?.body && one.headers === other.headers && isDeepStrictEqual(one.outcome, other.outcome)

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

function storyOf({ outcome: { history }, violation }: Found): string[] {
  return history === null ? [violation.message] : tellStory({ ...history, violation })
}
