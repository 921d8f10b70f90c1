/** What a replay runs: a stored failure, the failures of a certificate, a pinned plan, or a bare plan. */

import { readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { CERTIFICATE_FORMAT } from '../certificate/certificate.ts'
import { judge } from '../check/judge.ts'
import { UsageError } from '../errors.ts'
import { currentFailure } from '../former-formats.ts'
import { rank } from '../history/ranks.ts'
import type { ReadHistory } from '../history/read.ts'
import { sortByTime } from '../history/sort.ts'
import { parseJson, parsePlan } from '../plan/parse.ts'
import type { Plan } from '../plan/plan.ts'
import { parseRegression } from '../plan/regressions.ts'
import { planIn } from '../plan/scenarios.ts'
import { tellStory } from '../report/story.ts'
import { missedIn } from '../run/missed.ts'
import { storedFailure } from '../search/store.ts'
import { type ReadFailure, readFailure } from '../search/stored.ts'
import { sentenceOf } from '../sentence.ts'
import { SITES, type SiteName } from '../site-name.ts'
import { failureAt } from './failure-argument.ts'
import type { Before } from './replay-verdict.ts'

export interface ToReplay {
  /** What it is called, in a sentence. */
  readonly name: string
  readonly plan: Plan
  /** The clause that failed; null for a bare plan, which any clause may fail. */
  readonly clause: string | null
  readonly adapter: string
  readonly site: SiteName | undefined
  readonly servers: number | undefined
  /** The kind of site on which it failed; null if unknown. */
  readonly failedOn: SiteName | null
  /** Numbers of what did not land when it failed either. */
  readonly idle: ReadonlySet<number>
  /** How it failed, as far as that is on record. */
  readonly before: Before | null
  /** What is missing of it, one sentence each. */
  readonly notes: readonly string[]
}

export interface SourceFlags {
  readonly adapter?: string
  readonly site?: SiteName
  readonly servers?: number
  readonly only?: readonly string[]
  readonly failures: string
  readonly full?: boolean
}

/** At least one; {@link UsageError} where there is nothing to replay. */
export async function whatToReplay(argument: string, flags: SourceFlags, cwd: string): Promise<readonly ToReplay[]> {
  if (!argument.endsWith('.json')) {
    refuseOnly(flags)
    const { id, failures } = failureAt(argument, flags.failures)
    return [fromFailure(await readFailure(id, resolve(cwd, failures)), flags, failures)]
  }
  const text = await readFile(resolve(cwd, argument), 'utf8').catch((cause: unknown) => {
    throw new UsageError(
      `${argument}: this plan cannot be read; give the path of a plan.json, a pinned plan or a certificate`,
      { cause },
    )
  })
  const format = formatOf(parseJson(text, argument))
  if (format.startsWith('busproof.certificate/')) return fromCertificate(text, argument, flags, cwd)
  refuseOnly(flags)
  return [format.startsWith('busproof.regression/') ? fromPin(text, argument, flags) : fromPlan(text, argument, flags)]
}

const formatOf = (json: unknown): string =>
  typeof json === 'object' && json !== null && 'format' in json ? String(json.format) : ''

function refuseOnly({ only }: SourceFlags): void {
  if (only !== undefined) throw new UsageError('--only selects failures of a certificate: leave it out')
}

/** Another site, or a system that runs already, has as many servers as it has. */
function where(flags: SourceFlags, found: { readonly site: SiteName; readonly servers: number }) {
  const site = flags.site ?? found.site
  return { site, servers: flags.servers ?? (site === found.site && site !== 'remote' ? found.servers : undefined) }
}

function fromFailure(read: ReadFailure, flags: SourceFlags, failures: string): ToReplay {
  const { failure, plan, story, history, notes } = read
  const { id, clause, adapter, also, confirmed, shrunk } = failure
  const told = { id, folder: join(failures, id), also, confirmed, shrunk }
  return {
    name: id,
    plan,
    clause,
    adapter: flags.adapter ?? adapter,
    ...where(flags, failure),
    failedOn: failure.site,
    // Where no history is left, everything in the plan counts.
    idle: new Set(history === null ? [] : missedIn(plan, history.events).map(({ number }) => number)),
    before: {
      site: failure.site,
      failure: told,
      ...toldBefore(clause, story ?? [], history, told, flags.full === true),
    },
    notes,
  }
}

/** The story is rendered again if its history is complete, so that the wording of another version makes no difference. */
function toldBefore(
  clause: string,
  story: readonly string[],
  history: ReadHistory | null,
  failure: Before['failure'],
  full: boolean,
): Pick<Before, 'story' | 'events'> {
  if (history === null) return { story, events: null }
  const { header } = history
  const events = header.site === 'real' ? sortByTime(history.events) : history.events
  const violation = judge(header, rank(events), { complete: true })[clause]?.violations[0]
  return { story: violation === undefined ? story : tellStory({ header, events, violation, failure, full }), events }
}

function fromPin(text: string, name: string, flags: SourceFlags): ToReplay {
  const pin = parseRegression(text, name)
  const { plan, clause } = pin
  const adapter = flags.adapter ?? pin.adapter
  const { site: failedOn, missed } = pin
  return { name, plan, clause, adapter, ...where(flags, pin), failedOn, idle: new Set(missed), before: null, notes: [] }
}

function fromPlan(text: string, name: string, { adapter, site, servers }: SourceFlags): ToReplay {
  if (adapter === undefined) {
    throw new UsageError(`${name}: a plan does not name its adapter; add --adapter`)
  }
  return {
    name,
    plan: planIn(text, name),
    clause: null,
    adapter,
    site,
    servers,
    failedOn: null,
    idle: new Set(),
    before: null,
    notes: [],
  }
}

/** Of any format: in the first each clause has a failure of its own. Certificates of before plans were in them name a stored one. */
const certificate = z.looseObject({
  format: z.enum([CERTIFICATE_FORMAT, 'busproof.certificate/2', 'busproof.certificate/1']),
  site: z.enum(SITES),
  failures: z.array(
    z.preprocess(
      currentFailure,
      z.looseObject({
        ...storedFailure.pick({ id: true, clause: true, also: true, confirmed: true, shrunk: true }).shape,
        ...storedFailure.pick({ adapter: true, servers: true }).partial().shape,
        story: z.array(z.string()),
        folder: z.string().nullable(),
        plan: z.unknown().optional(),
        missed: z.array(z.number()).default([]),
      }),
    ),
  ),
})
type Certified = z.infer<typeof certificate>

async function fromCertificate(
  text: string,
  name: string,
  flags: SourceFlags,
  cwd: string,
): Promise<readonly ToReplay[]> {
  const parsed = certificate.safeParse(parseJson(text, name))
  if (!parsed.success) throw new UsageError(sentenceOf(parsed.error, name))
  const { site, failures } = parsed.data
  const wanted = failures.filter(
    ({ clause, also }) =>
      flags.only === undefined || [clause, ...also.map((one) => one.clause)].some((id) => flags.only?.includes(id)),
  )
  if (wanted.length > 0) return Promise.all(wanted.map((failure) => ofCertificate(failure, site, name, flags, cwd)))
  if (failures.length > 0) {
    const clauses = failures.map(({ clause }) => clause).join(', ')
    throw new UsageError(`--only ${flags.only?.join(' ')}: ${name} has failures of ${clauses}; name one of these`)
  }
  throw new UsageError(`${name} contains no failure: give the certificate of a run that found one`)
}

async function ofCertificate(
  failure: Certified['failures'][number],
  site: SiteName,
  name: string,
  flags: SourceFlags,
  cwd: string,
): Promise<ToReplay> {
  const { id, clause, adapter, servers, plan, story, folder, also, confirmed, shrunk, missed } = failure
  if (adapter === undefined || servers === undefined || plan === undefined) {
    const failures = folder === null ? flags.failures : dirname(folder)
    return fromFailure(await readFailure(id, resolve(cwd, failures)), flags, failures)
  }
  const told = { id, folder, also, confirmed, shrunk }
  const history = folder === null ? null : await historyIn(resolve(cwd, folder))
  return {
    name: id,
    plan: parsePlan(plan, `${name}: ${id}`),
    clause,
    adapter: flags.adapter ?? adapter,
    ...where(flags, { site, servers }),
    failedOn: site,
    idle: new Set(missed),
    before: { site, failure: told, ...toldBefore(clause, story, history, told, flags.full === true) },
    notes: [],
  }
}

/** The certificate may have been carried to a machine that has no failures: then its own story must do. */
async function historyIn(folder: string): Promise<ReadHistory | null> {
  try {
    return (await readFailure(basename(folder), dirname(folder))).history
  } catch (error) {
    if (error instanceof UsageError) return null
    throw error
  }
}
