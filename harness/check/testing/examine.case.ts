import type { ResolvedClaims } from '../../claims.ts'
import { HISTORY_FORMAT, type RunHeader } from '../../history/event.ts'
import { sortByTime } from '../../history/sort.ts'
import type { Violation } from '../check.ts'
import { CHECKS } from '../index.ts'
import { STORY_CLAIMS } from './claims.case.ts'
import type { Happening } from './story.case.ts'

export interface Examination {
  readonly claims?: ResolvedClaims
  readonly witness?: RunHeader['witness']
  readonly site?: RunHeader['site']
  readonly slack?: number
  readonly prefix?: string
  readonly complete?: boolean
  readonly startedAt?: number
}

/** What the check of one clause says of a story: how many occasions it saw, and the message of each violation. */
export interface Examined {
  readonly occasions: number
  readonly messages: readonly string[]
  readonly violations: readonly Violation[]
}

export const headerOf = ({ claims, witness, site, slack, prefix, startedAt }: Examination = {}): RunHeader => ({
  type: 'run',
  format: HISTORY_FORMAT,
  run: 'story',
  adapter: 'story',
  system: 'story',
  site: site ?? 'simulated',
  prefix: prefix ?? '',
  plan: PLAN,
  claims: claims ?? STORY_CLAIMS,
  slack: slack ?? 1,
  witness: witness ?? 'live',
  ...(startedAt === undefined ? {} : { startedAt }),
})

const PLAN: RunHeader['plan'] = {
  version: 1,
  seed: 1,
  faults: [],
  closes: [],
  kills: [],
  cycles: 0,
  outages: [],
  consumers: [],
  messages: [],
  nodes: 1,
  producers: 1,
  topics: [],
  settings: {},
}

/** Judges what happened, in the order of time; what happened at one time stays in the order of writing. */
export function examine(clause: string, happened: readonly Happening[], options: Examination = {}): Examined {
  const factory = CHECKS[clause]
  if (factory === undefined) throw new Error(`there is no check for ${clause}`)
  const check = factory(headerOf(options))
  for (const event of sortByTime(happened.flat())) check.step(event)
  const { occasions, violations } = check.end(options.complete ?? true)
  return { occasions, messages: violations.map(({ message }) => message), violations }
}

/** A story without violations, in which the situation occurred so many times. */
export const fine = (occasions: number) => ({ occasions, messages: [] })
