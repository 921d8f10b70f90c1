/** Turns a failing run into a story that a person can read and replay: confirmed, shrunk, explained, stored. */

import { join } from 'node:path'
import type { Failure } from '../certificate/certificate.ts'
import type { Claims } from '../claims.ts'
import { isTimeUp } from '../deadline.ts'
import { messageOf } from '../errors.ts'
import { planSize } from '../plan/size.ts'
import { type Story, tellStory } from '../report/story.ts'
import { stepsOf } from '../report/timeline.ts'
import { missedIn } from '../run/missed.ts'
import type { Execute, RunOutcome } from '../run/outcome.ts'
import type { SiteKind } from '../site-name.ts'
import { WIDTH, withoutPrefix, wrap } from '../text.ts'
import { type Confirmation, confirm, type Repeats, repeat } from './confirm.ts'
import { CAUSES, DETERMINISM, type Difference, differenceSentence } from './divergence.ts'
import { type Shrunk, shrink } from './shrink.ts'
import { failureId, storeFailure, type ToStore } from './store.ts'

export interface ExplainOptions {
  readonly execute: Execute
  readonly outcome: RunOutcome
  /** The same plan, run again. */
  readonly repeats: Repeats
  /** How often, as wanted. */
  readonly repetitions: number
  readonly clause: string
  /** Clauses that the run violates too: those that the smallest one still does follow from this one. */
  readonly others?: readonly string[]
  readonly claims: Claims
  readonly site: SiteKind
  /** Wall-clock time for shrinking, ms. */
  readonly budget: number
  /** Nobody asked for shrinking: it is told as found, and for that reason. */
  readonly isUnasked?: boolean
  /** Folder for failures, or null for none. */
  readonly store: string | null
  /** Tell all of the story, and those of what follows. */
  readonly full?: boolean
  readonly about: Pick<ToStore, 'adapter' | 'site' | 'servers' | 'level' | 'clause' | 'seed'>
  readonly signal?: AbortSignal
  /** Whether a run was lost for good: then the signal is aborted too, although the user did not interrupt. */
  readonly isBroken?: () => boolean
}

/**
 * Resolves also on abort, with the smallest plan so far; if the failure cannot be stored, the story says so. Returns the failure
 * together with the run that its story explains.
 */
export async function explain(
  options: ExplainOptions,
): Promise<{ readonly failure: Failure; readonly outcome: RunOutcome }> {
  const { execute, outcome, clause, claims, site, budget, about } = options
  const signal = options.signal === undefined ? {} : { signal: options.signal }
  const asFound = confirm(options.repeats, clause)
  const shrunk = await shrink({ execute, outcome, clause, claims, site, confirmed: asFound, budget, ...signal })
  const smallest = await steadiest(options, shrunk, asFound)
  const { plan, history } = smallest.outcome
  const ended = endOf(smallest.ended, options)
  const { confirmed } = smallest
  const found = { confirmed, shrunk: { from: planSize(outcome.plan), to: planSize(plan), ended } }
  const id = failureId(clause, plan, about.adapter)
  const full = options.full === true
  const also = alsoViolated(smallest.outcome, options.others ?? [], full)
  const told = (folder: string | null): string[] => [
    ...storyOf(smallest.outcome, clause, { failure: { id, folder, also, ...found }, full }),
    ...remarks(clause, options.repeats.difference, outcome),
  ]
  const failure = {
    id,
    clause,
    adapter: about.adapter,
    servers: about.servers,
    plan,
    missed: missedIn(plan, history?.events ?? []).map(({ number }) => number),
    also,
    ...toldOf(smallest.outcome, clause),
    ...found,
  }
  const stored = await storeStory(options, { ...found, also, outcome: smallest.outcome }, told)
  return { failure: { ...failure, ...stored }, outcome: smallest.outcome }
}

/** The budget is what is named where somebody has ended it all before. */
function endOf(ended: Shrunk['ended'], { signal, isBroken, isUnasked }: ExplainOptions): Failure['shrunk']['ended'] {
  if (isUnasked === true && ended === 'budget') return 'unasked'
  if (isBroken?.() === true) return 'broken off'
  return ended === 'budget' && signal?.aborted === true && !isTimeUp(signal) ? 'interrupted' : ended
}

/** A full disk must not cost the certificate, which has the plan too. */
async function storeStory(
  { store, about }: ExplainOptions,
  found: Pick<ToStore, 'confirmed' | 'shrunk' | 'also' | 'outcome'>,
  told: (folder: string | null) => string[],
): Promise<Pick<Failure, 'story' | 'folder'>> {
  if (store === null) return { story: told(null), folder: null }
  const folder = join(store, failureId(about.clause, found.outcome.plan, about.adapter))
  const story = told(folder)
  try {
    await storeFailure(store, { ...about, ...found, story })
    return { story, folder }
  } catch (error) {
    return { story: [...told(null), '', `It could not be stored: ${messageOf(error)}`], folder: null }
  }
}

interface Steady extends Pick<Shrunk, 'outcome' | 'ended'> {
  /** How often this very plan failed when it was run again. */
  readonly confirmed: Confirmation
}

/**
 * On real clocks a smaller plan may fail less often, so it is run again, and the story shows its own rate. If it never fails again
 * but the plan as found does, the latter is kept: a plan that cannot be replayed is useless, however small.
 */
async function steadiest(
  { execute, outcome, clause, site, repetitions: times, signal }: ExplainOptions,
  shrunk: Shrunk,
  asFound: Confirmation,
): Promise<Steady> {
  const { ended } = shrunk
  if (site === 'simulated' || shrunk.outcome === outcome) return { outcome: shrunk.outcome, ended, confirmed: asFound }
  const again = { execute, outcome: shrunk.outcome, site, times, ...(signal === undefined ? {} : { signal }) }
  const confirmed = confirm(await repeat(again), clause)
  if (confirmed.of === 0 || confirmed.failed > 0) return { outcome: shrunk.outcome, ended, confirmed }
  return { outcome, ended: 'unsteady', confirmed: asFound }
}

function remarks(clause: string, difference: Difference | null, outcome: RunOutcome): string[] {
  if (clause === DETERMINISM) return ['', ...wrap(CAUSES, WIDTH)]
  return difference === null ? [] : ['', ...wrap(`${differenceSentence(difference, outcome)}. ${CAUSES}`, WIDTH)]
}

/** What the run violates of these clauses, the first violation of each. */
export const alsoViolated = (outcome: RunOutcome, clauses: readonly string[], full: boolean): Failure['also'] =>
  clauses.flatMap((clause) => {
    const [violation] = outcome.findings[clause]?.violations ?? []
    if (violation === undefined) return []
    const message = withoutPrefix(violation.message, outcome.history?.header.prefix ?? '')
    return [{ clause, message, ...(full ? { story: storyOf(outcome, clause, { full }) } : {}) }]
  })

/** Beyond so many, a picture shows no more. */
const MOST_STEPS = 150

function toldOf({ findings, history }: RunOutcome, clause: string): Pick<Failure, 'told'> {
  const violation = findings[clause]?.violations[0]
  if (violation === undefined || history === null) return {}
  const { prefix } = history.header
  const [message, expected, actual] = [violation.message, violation.expected, violation.actual].map((said) =>
    withoutPrefix(said, prefix),
  ) as [string, string, string]
  return { told: { message, expected, actual, steps: stepsOf(history.events, violation, prefix, MOST_STEPS) } }
}

export function storyOf(outcome: RunOutcome, clause: string, more: Pick<Story, 'failure' | 'full'> = {}): string[] {
  const violation = outcome.findings[clause]?.violations[0]
  if (violation === undefined || outcome.history === null) return [`${clause}: the run left no history for a story`]
  return tellStory({ ...outcome.history, violation, ...more })
}
