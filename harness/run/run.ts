/** Runs one plan on one site, and judges what happened. */

import type { BusAdapter } from '../adapter.ts'
import { judge } from '../check/judge.ts'
import { resolveClaims } from '../claims.ts'
import { messageOf, SiteError, UsageError } from '../errors.ts'
import type { Event } from '../events/kinds.ts'
import { hasLanded } from '../events/system.ts'
import { faultName } from '../faults.ts'
import { HISTORY_FORMAT, type RunHeader } from '../history/header.ts'
import { rank } from '../history/ranks.ts'
import { sortByTime } from '../history/sort.ts'
import { memoryAllowed } from '../host/memory.ts'
import { watchStalls } from '../host/stalls.ts'
import type { Lacks } from '../lacks.ts'
import { opOf } from '../plan/message.ts'
import type { Plan } from '../plan/plan.ts'
import { leave } from '../process/disposables.ts'
import { createDeclared } from './declared.ts'
import { direct } from './direct.ts'
import type { PrepareEnvironment, RunEnvironment } from './environment.ts'
import { createLongUse } from './long-use.ts'
import type { RunOutcome } from './outcome.ts'
import { createOutstanding } from './outstanding.ts'
import { passingIn } from './passing.ts'

/** Lateness allowed beyond a claim, ms: none to speak of in virtual time; on real clocks it is a metric, and this its cap. */
const SLACK = { simulated: 1, real: 3_000 } as const

/** The longest rest in traffic, ms: on real clocks somebody waits for it. */
const LONGEST_REST = { simulated: 600_000, real: 15_000 } as const

export interface RunOptions {
  readonly adapter: Pick<BusAdapter, 'name' | 'system' | 'claims'>
  /** What the system behind it lacks; default: nothing. */
  readonly lacks?: Lacks
  readonly plan: Plan
  readonly site: RunHeader['site']
  readonly witness: RunHeader['witness']
  readonly prefix: string
  readonly prepare: PrepareEnvironment
  readonly keepHistory: boolean
  /** Receives its events, for callers that need them even if the run never ends. */
  readonly events?: Event[]
  /** Takes the header and every event at once, as on disk. */
  readonly write?: (entry: RunHeader | Event) => void
  /** Judges what was written, instead of this thread; `complete`: the history has its end. */
  readonly judge?: (complete: boolean) => Promise<RunOutcome['findings']>
  /** The traffic waits for it. */
  readonly beforeTraffic?: () => Promise<void>
  readonly signal?: AbortSignal
}

export function headerOf(
  options: Pick<RunOptions, 'adapter' | 'lacks' | 'plan' | 'site' | 'witness' | 'prefix'>,
): RunHeader {
  const { adapter, lacks = {}, plan } = options
  return {
    type: 'run',
    format: HISTORY_FORMAT,
    run: options.prefix,
    adapter: adapter.name,
    system: adapter.system,
    site: options.site,
    prefix: options.prefix,
    plan,
    claims: resolveClaims(adapter.claims, plan.settings),
    slack: SLACK[options.site],
    witness: options.witness,
    // In virtual time the adapter's own clock too.
    startedAt: Date.now(),
    ...(Object.keys(lacks).length === 0 ? {} : { lacks }),
    partitions: Math.max(...plan.topics.map(({ partitions }) => partitions)),
  }
}

/** Rejects with a {@link UsageError} when the adapter gave something of the wrong shape. */
export async function runPlan(options: RunOptions): Promise<RunOutcome> {
  const { plan } = options
  const header = headerOf(options)
  const { claims, lacks = {} } = header
  const { events = [] } = options
  const full = new AbortController()
  const longUse = createLongUse(plan, claims, options.prefix)
  const outstanding = createOutstanding(claims.write?.outbox === true)
  const declared = createDeclared(header)
  let isOver = false
  const record = (event: Event): void => {
    // A child may still tell how it was while it ends, also of a run that was interrupted.
    if (isOver || events.at(-1)?.type === 'end' || longUse.takes(event)) return
    events.push(event)
    options.write?.(event)
    outstanding.step(event)
    declared.step(event)
    // Others like it would take the machine's last memory.
    if (event.type === 'memory' && event.bytes > memoryAllowed(claims)) full.abort()
  }
  options.write?.(header)
  const signal = options.signal === undefined ? full.signal : AbortSignal.any([options.signal, full.signal])
  const failed = await attempt(async () => {
    const environment = await options.prepare({ header, plan, claims, record })
    try {
      using _stalls = options.site === 'real' ? watchHarness(environment, record) : null
      await direct({
        plan,
        claims,
        lacks,
        longestRest: LONGEST_REST[options.site],
        environment,
        outstanding,
        longUse,
        record,
        ...(options.beforeTraffic === undefined ? {} : { beforeTraffic: options.beforeTraffic }),
        signal,
      })
    } finally {
      await leave(environment, `what run ${options.prefix} created`)
    }
  })
  isOver = true
  const contradiction = declared.contradiction()
  if (contradiction !== null) throw new UsageError(contradiction)
  const isCut = full.signal.aborted && options.signal?.aborted !== true
  const failure = isCut ? null : failed
  const error = failure?.message ?? null
  const ordered = options.site === 'real' ? sortByTime(events) : events
  const judgeHere = (complete: boolean): RunOutcome['findings'] => judge(header, rank(ordered), { complete, keep })
  const findings = error === null ? await (options.judge ?? judgeHere)(!isCut) : {}
  const violated = Object.values(findings).some((finding) => finding.violations.length > 0)
  return {
    plan,
    events: events.length,
    requests: events.filter(({ type }) => type === 'received').length,
    ...droppedIn(ordered),
    faults: lacks.network === undefined ? countFaults(ordered) : countFailings(plan, ordered),
    findings,
    history: violated || options.keepHistory || error !== null ? { header, events: ordered } : null,
    error,
    ...(failure?.passing === undefined ? {} : { passing: failure.passing }),
  }
}

/**
 * Keeps the functions that judged the last run until the next run is judged: V8 drops the machine code of a function with the last
 * of its closures, and compiling all checks again after every collection takes up to a fifth of the time of a run.
 */
const latest: object[] = []
const keep = (functions: object): void => {
  latest[0] = functions
}

/** Where the harness itself is late, everything that it asks for is. */
const watchHarness = (environment: RunEnvironment, record: (event: Event) => void): Disposable =>
  watchStalls({ now: environment.now, busy: null }, ({ from, to: at }) =>
    record({ type: 'stall', at, owner: 'harness', from }),
  )

/** The harness's own failure as one sentence, and whether it may pass; null where there was none. */
async function attempt(
  work: () => Promise<void>,
): Promise<{ readonly message: string; readonly passing: RunOutcome['passing'] } | null> {
  try {
    await work()
    return null
  } catch (error) {
    if (error instanceof UsageError) throw error
    return { message: sentenceOf(error), passing: passingIn(error) }
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof SiteError) return error.message
  return process.env.BUSPROOF_DEBUG === undefined ? messageOf(error) : String((error as Error).stack)
}

function droppedIn(events: readonly Event[]): Pick<RunOutcome, 'dropped'> {
  let dropped = 0
  for (const event of events) if (event.type === 'logged') dropped += event.dropped ?? 0
  return dropped === 0 ? {} : { dropped }
}

function countFaults(events: readonly Event[]): RunOutcome['faults'] {
  const names = new Map<number, string>()
  const landed: Record<string, number> = {}
  let missed = 0
  for (const event of events) {
    if (event.type === 'fault') names.set(event.fault, faultName(event.kind, event.direction))
    if (event.type === 'killed') landed.kill = (landed.kill ?? 0) + 1
    if (event.type !== 'healed') continue
    const name = names.get(event.fault) ?? event.kind
    if (hasLanded(event.landed)) landed[name] = (landed[name] ?? 0) + 1
    else missed += 1
  }
  return { landed, missed }
}

/** Where there is no link, what the application itself does to its bus is all that can go wrong. */
function countFailings({ messages }: Plan, events: readonly Event[]): RunOutcome['faults'] {
  const slow = new Set(messages.flatMap(({ outcome }, index) => (outcome.kind === 'slow' ? [opOf(index)] : [])))
  const landed = { 'handler that rejects': 0, 'slow handler': 0, 'close in traffic': 0 }
  for (const event of events) {
    if (event.type === 'phase' && event.phase === 'close') break
    if (event.type === 'handled' && event.outcome !== 'ok') landed['handler that rejects'] += 1
    else if (event.type === 'handled' && event.op !== null && slow.has(event.op)) landed['slow handler'] += 1
    else if (event.type === 'close') landed['close in traffic'] += 1
  }
  return { landed, missed: 0 }
}
