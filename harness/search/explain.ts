/** From a failing run to something that a person can read and run again: confirmed, shrunk, told, stored. */

import { join } from 'node:path'
import type { Failure } from '../certificate/certificate.ts'
import type { Claims } from '../claims.ts'
import { planSize } from '../plan/size.ts'
import { tellStory } from '../report/story.ts'
import type { Execute, RunOutcome } from '../run/outcome.ts'
import { confirm, type Repeats } from './confirm.ts'
import { shrink } from './shrink.ts'
import { failureId, storeFailure, type ToStore } from './store.ts'

export interface ExplainOptions {
  readonly execute: Execute
  readonly outcome: RunOutcome
  /** The same plan, run again. */
  readonly repeats: Repeats
  readonly clause: string
  readonly claims: Claims
  readonly site: 'simulated' | 'real'
  /** Wall-clock time for shrinking, ms. */
  readonly budget: number
  /** Folder for failures, or null for none. */
  readonly store: string | null
  readonly about: Pick<ToStore, 'adapter' | 'site' | 'nodes' | 'level' | 'clause' | 'seed'>
  readonly signal?: AbortSignal
}

export async function explain(options: ExplainOptions): Promise<Failure> {
  const { execute, outcome, clause, claims, site, budget } = options
  const signal = options.signal === undefined ? {} : { signal: options.signal }
  const confirmed = confirm(options.repeats, clause)
  const shrunk = await shrink({ execute, outcome, clause, claims, site, confirmed, budget, ...signal })
  const found = {
    confirmed: { failed: confirmed.failed, of: confirmed.of },
    shrunk: { from: planSize(outcome.plan), to: planSize(shrunk.outcome.plan), ended: shrunk.ended },
  }
  const id = failureId(clause, shrunk.outcome.plan, options.about.adapter)
  const folder = options.store === null ? null : join(options.store, id)
  const story = storyOf(shrunk.outcome, clause, { id, folder, ...found })
  if (confirmed.same === false)
    story.push('', 'Run again, this plan left another history: something in the adapter does not follow virtual time.')
  if (options.store !== null)
    await storeFailure(options.store, { ...options.about, ...found, outcome: shrunk.outcome, story })
  return { id, clause, story, folder, ...found }
}

export function storyOf(
  outcome: RunOutcome,
  clause: string,
  failure?: Pick<Failure, 'id' | 'folder' | 'confirmed' | 'shrunk'>,
): string[] {
  const violation = outcome.findings[clause]?.violations[0]
  if (violation === undefined || outcome.history === null) return [`${clause}: the run left no history to tell from`]
  return tellStory({ ...outcome.history, violation, ...(failure === undefined ? {} : { failure }) })
}
