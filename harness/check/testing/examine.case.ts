import { CLAUSES } from '../../../spec/index.ts'
import type { ResolvedClaims } from '../../claims.ts'
import { HISTORY_FORMAT, type RunHeader } from '../../history/header.ts'
import { rank } from '../../history/ranks.ts'
import { sortByTime } from '../../history/sort.ts'
import type { Check, Finding, Violation } from '../check.ts'
import { dispatch } from '../dispatch.ts'
import type { Event } from '../event.ts'
import { checkOf } from '../index.ts'
import { createReport } from '../report.ts'
import { createLedger } from '../tracker/ledger.ts'
import { STORY_CLAIMS } from './claims.case.ts'
import type { Happening } from './story.case.ts'
import { unsaidIn } from './unsaid.case.ts'

export interface Examination {
  readonly claims?: ResolvedClaims
  readonly witness?: RunHeader['witness']
  readonly site?: RunHeader['site']
  readonly slack?: number
  readonly prefix?: string
  readonly complete?: boolean
  readonly startedAt?: number
  readonly lacks?: RunHeader['lacks']
  readonly partitions?: number
}

/** What the check of one clause says of a story: how many occasions it saw, and the message of each violation. */
export interface Examined {
  readonly occasions: number
  readonly messages: readonly string[]
  readonly violations: readonly Violation[]
}

export const headerOf = ({
  claims,
  witness,
  site,
  slack,
  prefix,
  startedAt,
  lacks,
  partitions,
}: Examination = {}): RunHeader => ({
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
  ...(lacks === undefined ? {} : { lacks }),
  ...(partitions === undefined ? {} : { partitions }),
})

const PLAN: RunHeader['plan'] = {
  version: 3,
  seed: 1,
  faults: [],
  closes: [],
  kills: [],
  cycles: 0,
  uses: 0,
  outages: [],
  consumers: [],
  messages: [],
  nodes: 1,
  producers: 1,
  topics: [],
  keys: [],
  settings: {},
}

/** What one check by itself finds in the events of a run, which are in order, whether its clause is claimed or not. */
export function findingOf(
  { clause, detect }: Check,
  run: RunHeader,
  events: Iterable<Event>,
  complete = true,
): Finding {
  const ledger = createLedger(run)
  const report = createReport(clause, CLAUSES.find(({ id }) => id === clause)?.kinds)
  const detector = detect(ledger, report)
  const show = dispatch([detector])
  for (const event of events) {
    const moment = ledger.step(event)
    if (moment !== null) show(event, moment)
  }
  detector.end?.(complete)
  return report.finding()
}

/**
 * What the check of a clause finds; `happened` is put in the order of time first, and what happened at one time stays in the
 * order of writing. Throws for a violation whose sentences name what its fields do not carry.
 */
export function findingIn(clause: string, happened: readonly Happening[], options: Examination = {}): Finding {
  const check = checkOf(clause)
  if (check === undefined) throw new Error(`there is no check for ${clause}`)
  const events = rank(sortByTime(happened.flat()))
  const finding = findingOf(check, headerOf(options), events, options.complete)
  for (const violation of finding.violations) {
    const unsaid = unsaidIn(violation, events)
    if (unsaid.length > 0) throw new Error(`no field of "${violation.message}" carries ${unsaid.join(', ')}`)
  }
  return finding
}

/** The same, as most tests want it. */
export function examine(clause: string, happened: readonly Happening[], options: Examination = {}): Examined {
  const { occasions, violations } = findingIn(clause, happened, options)
  return { occasions, messages: violations.map(({ message }) => message), violations }
}

/** A story without violations, in which the situation occurred so many times. */
export const fine = (occasions: number) => ({ occasions, messages: [] })
