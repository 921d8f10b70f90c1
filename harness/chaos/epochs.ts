/** The epochs of a chaos run, one after the other, and what they add up to. */
import { LEVEL_AREAS } from '../../spec/clause.ts'
import { CLAUSES } from '../../spec/index.ts'
import type { Verdict } from '../certificate/certificate.ts'
import { judgedClauses } from '../certificate/judged.ts'
import type { Measured, Soak } from '../certificate/soak.ts'
import { createTally, type Tally } from '../certificate/tally.ts'
import { messageOf, UsageError } from '../errors.ts'
import type { Event } from '../events/kinds.ts'
import type { Plan } from '../plan/plan.ts'
import type { RunOutcome } from '../run/outcome.ts'
import type { Lane, Lanes } from '../site/lane.ts'
import { grouped } from '../text.ts'
import { settleable, settleWithin } from '../waiting.ts'
import type { ChaosConfig } from './config.ts'
import { epochPlan } from './epoch.ts'
import { createMeasures, toldOf } from './measure.ts'
import { createRecorder } from './series.ts'
import { type Sample, slopeOf } from './slope.ts'
import type { Stopping } from './stopping.ts'
import { endOf } from './verdict.ts'

export interface ChaosProgress {
  readonly phase: 'starting' | 'baseline' | 'soaking' | 'ending'
  readonly epochs: number
  /** ms of traffic so far, and of all; null where messages end it. */
  readonly lasted: number
  readonly of: number | null
  readonly measured: Measured
  /** Faults that are active. */
  readonly faults: readonly string[]
  readonly violations: number
}

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
  summary(verdicts: readonly Verdict[]): Soak
}

interface Running {
  readonly stopping: Stopping
  readonly onProgress?: ((progress: ChaosProgress) => void) | undefined
}

export function createEpochs(config: ChaosConfig, lanes: Lanes, { stopping, onProgress }: Running): Epochs {
  const { adapter, lacks, outages, servers } = lanes
  const target = { claims: adapter.claims, lacks, outages, servers }
  const clauses = judgedClauses(SOAKED, adapter.claims)
  const tally = createTally()
  const clock = (): number => performance.now()
  const recorder = createRecorder(clock)
  const measures = createMeasures(config.thresholds, clock, (span, ms) => {
    if (span === 'publish') recorder.acknowledged(ms)
  })
  const failed: { readonly clause: string; readonly outcome: RunOutcome }[] = []
  const memory: Sample[] = []
  const active = new Map<string, { readonly name: string; readonly end: () => void }>()
  const busy = lanes.lanes.map(() => Promise.resolve())
  let phase: ChaosProgress['phase'] = 'baseline'
  let number = 0
  /** ms of traffic that was planned, and that went on. */
  let planned = 0
  let lasted = 0
  /** When the current traffic began; null between two epochs. */
  let since: number | null = null
  let messages = 0
  let violations = 0
  let error: UsageError | null = null

  const take = (outcome: RunOutcome): void => {
    if (stopping.signal.aborted && outcome.error !== null) return
    tally.add(outcome)
    if (outcome.error !== null) {
      stopping.stop({ ended: 'error', why: outcome.error })
      return
    }
    memory.push({ at: clock(), bytes: process.memoryUsage.rss() })
    for (const { id } of clauses) {
      const isNew = (outcome.findings[id]?.violations.length ?? 0) > 0
      // Both of two epochs that overlap may show it.
      if (isNew && !failed.some(({ clause }) => clause === id)) failed.push({ clause: id, outcome })
    }
    // What only many epochs together can violate is among them.
    violations = clauses.reduce((sum, { id }) => sum + tally.clause(id).violationCount, 0)
    measures.violated(violations)
  }

  const eventsOf = (own: number, plan: Plan): ((event: Event) => void) => {
    const measure = measures.epoch(plan)
    return (event) => {
      measure(event)
      if (event.type === 'fault') {
        const name = toldOf(event)
        active.set(`${own}/${event.fault}`, { name, end: recorder.fault(name) })
      }
      if (event.type === 'healed') {
        active.get(`${own}/${event.fault}`)?.end()
        active.delete(`${own}/${event.fault}`)
      }
    }
  }

  /** Prepares an epoch on the lane, whose traffic begins when that of the one before has ended. */
  const begin = (lane: Lane, { index, length, before }: Beginning): Traffic => {
    const left = config.messages === undefined ? Number.POSITIVE_INFINITY : config.messages - messages
    const plan = epochPlan(config, target, { number, lasts: length, before: planned, messages: left })
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
    const onEvent = eventsOf(own, plan)
    busy[index] = lane
      .execute(plan, {
        signal: stopping.signal,
        async beforeTraffic() {
          await before
          from = since = clock()
          began.resolve()
        },
        onEvent(event) {
          onEvent(event)
          if (event.type === 'phase' && event.phase === 'heal') end()
        },
      })
      .then(take, (thrown: unknown) => {
        if (thrown instanceof UsageError) error ??= thrown
        stopping.stop({ ended: 'error', why: messageOf(thrown) })
      })
      .finally(() => {
        end()
        for (const [fault, one] of active) {
          if (!fault.startsWith(`${own}/`)) continue
          one.end()
          active.delete(fault)
        }
      })
    return { began: began.promise, ended: ended.promise }
  }

  const isOver = (): boolean =>
    stopping.signal.aborted || violations > 0 || (config.messages !== undefined && messages >= config.messages)

  /** Until everything is judged. What was aborted may hang on a system that is gone, but not for ever. */
  const finish = async (): Promise<void> => {
    const { signal } = stopping
    const aborted = settleable<void>()
    if (signal.aborted) aborted.resolve()
    signal.addEventListener('abort', () => aborted.resolve(), { once: true })
    await Promise.race([Promise.all(busy), aborted.promise.then(() => settleWithin(busy, ABORTS_WITHIN))])
  }

  const tick = (): void => {
    measures.tick()
    recorder.tick()
    const measured = measures.now()
    onProgress?.({
      phase,
      epochs: number,
      lasted: lasted + (since === null ? 0 : clock() - since),
      of: config.duration ?? null,
      measured,
      faults: [...new Set([...active.values()].map(({ name }) => name))],
      violations,
    })
  }

  return {
    tally,
    failed,
    tick,
    async soak() {
      const [first] = lanes.lanes
      if (first === undefined) throw new RangeError('there is no lane')
      if (stopping.signal.aborted) return
      begin(first, { index: 0, length: Math.min(BASELINE, config.epoch), before: Promise.resolve() })
      await finish()
      planned = lasted = messages = 0
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
        await busy[index]
        const lane = lanes.lanes[index]
        if (isOver() || lane === undefined) break
        const { began, ended } = begin(lane, { index, length, before })
        before = ended
        await began
      }
      if (!stopping.signal.aborted) await before
      phase = 'ending'
      await finish()
      tick()
      if (error !== null) throw error
    },
    summary(verdicts) {
      const measured = measures.now()
      const course = {
        stopped: stopping.end(),
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
        memory: slopeOf(memory),
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

const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)
