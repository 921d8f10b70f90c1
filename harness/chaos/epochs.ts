/** The epochs of a chaos run, one after the other, and what they add up to. */
import { LEVEL_AREAS } from '../../spec/clause.ts'
import { CLAUSES } from '../../spec/index.ts'
import type { Verdict } from '../certificate/certificate.ts'
import { judgedClauses } from '../certificate/judged.ts'
import type { Done } from '../certificate/shard.ts'
import type { Shard, Soak } from '../certificate/soak.ts'
import { createTally, type Tally } from '../certificate/tally.ts'
import { messageOf, UsageError } from '../errors.ts'
import type { Event } from '../events/kinds.ts'
import { memoryWithoutGarbage } from '../host/memory.ts'
import type { Plan } from '../plan/plan.ts'
import type { RunOutcome } from '../run/outcome.ts'
import type { Lane, Lanes } from '../site/lane.ts'
import { grouped } from '../text.ts'
import { settleable, settleWithin } from '../waiting.ts'
import { epochPlan } from './epoch.ts'
import type { ChaosConfig } from './file/config.ts'
import type { Span } from './file/threshold.ts'
import type { Histories } from './histories.ts'
import { createActive, nameOf } from './measured/active.ts'
import { createMeasures, type Measures } from './measured/measure.ts'
import { createNodeMemory } from './measured/node-memory.ts'
import { createRecorder } from './measured/series.ts'
import { type Sample, slopeOf, warm } from './measured/slope.ts'
import { ALONE } from './shard.ts'
import type { End, Stopping } from './stopping.ts'
import type { Now, Tell } from './told/told.ts'
import { endOf } from './verdict.ts'

/** The baseline is short: it shows that the target works before anything is done to it. */
const BASELINE = 5_000
/** Share of publishes that a target acknowledges before anything is done to it. */
const HEALTHY = 0.99
/** What was aborted is waited for no longer, ms. */
const ABORTS_WITHIN = 60_000
/** An epoch that would be shorter is not begun. */
const SHORTEST = 1_000

/** The clauses that a chaos run judges. */
export const SOAKED = CLAUSES.filter(({ area }) => LEVEL_AREAS.resilient.includes(area))

export interface Epochs {
  soak(): Promise<void>
  tick(): void
  readonly tally: Tally
  readonly failed: readonly { readonly clause: string; readonly outcome: RunOutcome }[]
  /** `stopped`: what ended it before its time. */
  summary(verdicts: readonly Verdict[], stopped: End | null): Soak
  readonly latencies: Measures['latencies']
  done(): Done
}

interface Running {
  readonly stopping: Stopping
  /** Default: there is one alone. */
  readonly shard?: Shard
  /** Of a run that goes on: what it has behind it. */
  readonly from?: Done | undefined
  /** Keeps what was recorded; default: a history is let go once it is judged. */
  readonly histories?: Histories | undefined
  /** Called once an epoch behind the baseline is judged. */
  readonly onJudged?: () => void
  readonly tell?: Tell
  readonly onLatency?: (span: Span, ms: number) => void
}

const NOTHING_DONE: Done = { next: 1, planned: 0, messages: 0 }

export function createEpochs(
  config: ChaosConfig,
  lanes: Lanes,
  {
    stopping,
    shard = ALONE,
    histories,
    from = NOTHING_DONE,
    onJudged = () => undefined,
    tell = () => undefined,
    onLatency,
  }: Running,
): Epochs {
  const { adapter, lacks, outages, servers } = lanes
  const target = { claims: adapter.claims, lacks, outages, servers }
  const clauses = judgedClauses(SOAKED, adapter.claims)
  const tally = createTally()
  const clock = (): number => performance.now()
  /** When the run was ended; how long it takes until everything is over says nothing of the bus. */
  let endedAt: number | null = null
  const aborted = settleable<void>()
  const halt = (): void => {
    endedAt = clock()
    aborted.resolve()
  }
  if (stopping.signal.aborted) halt()
  stopping.signal.addEventListener('abort', halt, { once: true })
  const recorder = createRecorder(clock)
  const active = createActive(recorder.fault)
  const measures = createMeasures(config.thresholds, {
    clock: () => endedAt ?? clock(),
    faults: active.faults,
    onLatency(span, ms) {
      if (span === 'publish') recorder.acknowledged(ms)
      onLatency?.(span, ms)
    },
  })
  const failed: { readonly clause: string; readonly outcome: RunOutcome }[] = []
  const memory: Sample[] = []
  const nodes = createNodeMemory(clock)
  const recent = createRecent()
  const busy = lanes.lanes.map(() => Promise.resolve())
  let phase: Now['phase'] = 'baseline'
  let number = 0
  /** ms of traffic that was planned, and that went on. */
  let planned = 0
  let lasted = 0
  /** When the current traffic began; null between two epochs. */
  let since: number | null = null
  let messages = 0
  let violations = 0
  let done = from
  const judged = new Map<number, { readonly length: number; readonly messages: number }>()
  let error: UsageError | null = null

  const take = (own: number, outcome: RunOutcome, length: number): void => {
    if (stopping.signal.aborted && outcome.error !== null) return
    tally.add(outcome)
    if (outcome.error !== null) {
      stopping.stop({ ended: 'error', why: outcome.error })
      return
    }
    const bytes = memoryWithoutGarbage()
    memory.push({ at: clock(), bytes })
    const found = clauses.flatMap(({ id }) => {
      const { violations = [], violationCount = violations.length } = outcome.findings[id] ?? {}
      const [first] = violations
      return first === undefined ? [] : [{ clause: id, first, violationCount }]
    })
    for (const { clause, first } of found) {
      tell({ event: 'violation', epoch: own, clause, message: first.message })
      // Both of two epochs that overlap may show it.
      if (!failed.some((one) => one.clause === clause)) failed.push({ clause, outcome })
    }
    const counts = Object.fromEntries(found.map(({ clause, violationCount }) => [clause, violationCount]))
    tell({ event: 'judged', epoch: own, events: outcome.events, memory: bytes, violations: counts })
    // What only many epochs together can violate is among them.
    violations = clauses.reduce((sum, { id }) => sum + tally.clause(id).violationCount, 0)
    measures.violated(violations)
    histories?.judged(own, violations > 0)
    if (own === 0) return
    // An epoch may be judged before the one that went ahead of it.
    judged.set(own, { length, messages: outcome.plan.messages.length })
    for (let next = judged.get(done.next); next !== undefined; next = judged.get(done.next)) {
      judged.delete(done.next)
      done = { next: done.next + 1, planned: done.planned + next.length, messages: done.messages + next.messages }
    }
    if (judged.size === 0) onJudged()
  }

  const eventsOf = (own: number, index: number, plan: Plan): ((event: Event) => void) => {
    const measure = measures.epoch(plan)
    return (event) => {
      active.step(own, event)
      measure(event)
      nodes.step(index, event)
      if (event.type === 'killed') tell({ event: 'killed', epoch: own, node: event.node })
      if (event.type !== 'fault' && event.type !== 'healed') return
      const fault = { epoch: own, fault: event.fault, name: nameOf(event) }
      if (event.type === 'fault') tell({ event: 'fault', ...fault })
      else tell({ event: 'healed', ...fault, landed: event.landed })
    }
  }

  /** Prepares an epoch on the lane, whose traffic begins when that of the one before has ended. */
  const begin = (lane: Lane, { index, length, before }: Beginning): Traffic => {
    const left = config.messages === undefined ? Number.POSITIVE_INFINITY : config.messages - messages
    const plan = epochPlan(config, target, { number, lasts: length, before: planned, messages: left, shard })
    const own = number++
    messages += plan.messages.length
    planned += length
    const began = settleable<void>()
    const ended = settleable<void>()
    let from: number | null = null
    const end = (): void => {
      if (from !== null) {
        lasted += clock() - from
        // By the end of the run it may be that of the next one.
        since = null
      }
      from = null
      began.resolve()
      ended.resolve()
    }
    const onEvent = eventsOf(own, index, plan)
    busy[index] = lane
      .execute(plan, {
        signal: stopping.signal,
        ...(histories === undefined ? {} : { historyAt: histories.at(own) }),
        async beforeTraffic() {
          await before
          from = since = clock()
          tell({ event: 'epoch', epoch: own, messages: plan.messages.length })
          began.resolve()
        },
        onEvent(event) {
          onEvent(event)
          if (event.type === 'phase' && event.phase === 'heal') end()
        },
      })
      .then((outcome) => take(own, outcome, length))
      .catch((thrown: unknown) => {
        if (thrown instanceof UsageError) error ??= thrown
        stopping.stop({ ended: 'error', why: messageOf(thrown) })
      })
      .finally(() => {
        end()
        active.letGo(own)
      })
    return { began: began.promise, ended: ended.promise }
  }

  const isOver = (): boolean =>
    stopping.signal.aborted || violations > 0 || (config.messages !== undefined && messages >= config.messages)

  /** Until everything is judged. What was aborted may hang on a system that is gone, but not for ever. */
  const finish = async (): Promise<void> => {
    await Promise.race([Promise.all(busy), aborted.promise.then(() => settleWithin(busy, ABORTS_WITHIN))])
  }

  const tick = (): void => {
    if (endedAt === null) measures.tick()
    recorder.tick()
    const measured = measures.now()
    const { publishes, lag } = measures.underWay()
    tell({
      event: 'measured',
      phase,
      epochs: number,
      lasted: Math.round(lasted + (since === null ? 0 : clock() - since)),
      of: config.duration ?? null,
      rate: recent(clock(), measured.acknowledged),
      inFlight: publishes,
      lag,
      breakers: active.breakers(),
      measured,
      faults: active.faults(),
      violations,
    })
  }

  return {
    tally,
    failed,
    tick,
    latencies: measures.latencies,
    done: () => done,
    async soak() {
      const [first] = lanes.lanes
      if (first === undefined) throw new RangeError('there is no lane')
      if (stopping.signal.aborted) return
      begin(first, { index: 0, length: Math.min(BASELINE, config.epoch), before: Promise.resolve() })
      await finish()
      lasted = 0
      ;({ next: number, planned, messages } = from)
      if (error !== null) throw error
      if (stopping.signal.aborted || violations > 0) return
      const { sent, acknowledged } = measures.now()
      if (sent === 0 || acknowledged < HEALTHY * sent) {
        const what = `${grouped(acknowledged)} of ${grouped(sent)} publishes were acknowledged`
        return void stopping.stop({ ended: 'unhealthy', why: `${what} before the first fault` })
      }
      phase = 'soaking'
      let before: Promise<void> = Promise.resolve()
      while (!isOver()) {
        const length = Math.min(config.epoch, (config.duration ?? Number.POSITIVE_INFINITY) - planned)
        if (length < SHORTEST) break
        const index = number % lanes.lanes.length
        await Promise.race([busy[index], aborted.promise])
        const lane = lanes.lanes[index]
        if (isOver() || lane === undefined) break
        const { began, ended } = begin(lane, { index, length, before })
        before = ended
        await Promise.race([began, aborted.promise])
      }
      if (!stopping.signal.aborted) await before
      phase = 'ending'
      await finish()
      tick()
      if (error !== null) throw error
    },
    summary(verdicts, stopped) {
      const measured = measures.now()
      const course = {
        stopped,
        verdicts,
        measured,
        isBaseline: phase === 'baseline',
        lasted,
        faults: { asked: config.faults.kinds.length > 0, landed: sumOf(tally.faults.landed) },
      }
      return {
        ...measured,
        series: recorder.series(),
        ...endOf(course),
        epochs: tally.runs,
        lasted: Math.round(lasted),
        rate: config.load.rate,
        memory: slopeOf(warm(memory)),
        nodeMemory: nodes.steepest(),
      }
    },
  }
}

interface Beginning {
  /** Of the lane. */
  readonly index: number
  /** ms of traffic. */
  readonly length: number
  /** The end of the traffic before it. */
  readonly before: Promise<void>
}

interface Traffic {
  readonly began: Promise<void>
  readonly ended: Promise<void>
}

/** Seconds whose acknowledgements make the current rate. */
const RECENT = 5_000

/** Acknowledged messages a second, of the last seconds; each call tells how many there are by now. */
function createRecent(): (now: number, acknowledged: number) => number {
  let seen: { readonly at: number; readonly acknowledged: number }[] = []
  return (at, acknowledged) => {
    seen = [...seen.filter((one) => at - one.at <= RECENT), { at, acknowledged }]
    const [oldest] = seen
    const lasts = oldest === undefined ? 0 : at - oldest.at
    return lasts === 0 || oldest === undefined
      ? 0
      : Math.round(((acknowledged - oldest.acknowledged) / lasts) * 10_000) / 10
  }
}

const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)
