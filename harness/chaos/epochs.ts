/** The epochs of a chaos run, one after the other, and what they add up to. */
import { LEVEL_AREAS } from '../../spec/clause.ts'
import { CLAUSES } from '../../spec/index.ts'
import { judgedClauses } from '../certificate/judged.ts'
import type { Measured, Soak } from '../certificate/soak.ts'
import { createTally, type Tally } from '../certificate/tally.ts'
import { messageOf, UsageError } from '../errors.ts'
import type { Event } from '../events/kinds.ts'
import type { RunOutcome } from '../run/outcome.ts'
import type { Lane, Lanes } from '../site/lane.ts'
import { grouped } from '../text.ts'
import { settleable, sleepUnless } from '../waiting.ts'
import type { ChaosConfig } from './config.ts'
import { epochPlan } from './epoch.ts'
import { createMeasures } from './measure.ts'
import { createRecorder } from './series.ts'
import { type Sample, slopeOf } from './slope.ts'
import type { End, Stopping } from './stopping.ts'

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
/** An epoch that would be shorter is not begun. */
const SHORTEST = 1_000

/** The clauses that a chaos run judges. */
export const SOAKED = CLAUSES.filter(({ area }) => LEVEL_AREAS.resilient.includes(area))

export interface Epochs {
  soak(): Promise<void>
  tick(): void
  readonly tally: Tally
  readonly failed: readonly { readonly clause: string; readonly outcome: RunOutcome }[]
  summary(): Soak
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
  let lasted = 0
  /** When the traffic of the current epoch began, and how long it is; null between two. */
  let current: { readonly since: number; readonly length: number } | null = null
  let messages = 0
  let violations = 0
  /** What an epoch needs before its traffic begins, ms. */
  let preparing = 0

  const take = (outcome: RunOutcome): void => {
    if (stopping.signal.aborted && outcome.error !== null) return
    tally.add(outcome)
    if (outcome.error !== null) {
      stopping.stop({ ended: 'error', why: outcome.error })
      return
    }
    memory.push({ at: performance.now(), bytes: process.memoryUsage.rss() })
    for (const { id } of clauses) {
      const found = outcome.findings[id]
      if (found === undefined || found.violations.length === 0) continue
      violations += found.violationCount ?? found.violations.length
      // Both of two epochs that overlap may show it.
      if (!failed.some(({ clause }) => clause === id)) failed.push({ clause: id, outcome })
    }
    measures.violated(violations)
  }

  /** Resolves when the traffic of the epoch is about to end; the lane is busy until it is judged. */
  const epoch = async (lane: Lane, index: number, length: number): Promise<void> => {
    const before = lasted
    const left = config.messages === undefined ? Number.POSITIVE_INFINITY : config.messages - messages
    const plan = epochPlan(config, target, { number, lasts: length, before, messages: left })
    const asked = performance.now()
    const measure = measures.epoch(plan)
    const own = number++
    const traffic = settleable<number>()
    const calm = settleable<void>()
    const onEvent = (event: Event): void => {
      measure(event)
      if (event.type === 'fault') {
        const name = `${event.role}: ${event.kind}`
        active.set(`${own}/${event.fault}`, { name, end: recorder.fault(name) })
      }
      if (event.type === 'healed') {
        active.get(`${own}/${event.fault}`)?.end()
        active.delete(`${own}/${event.fault}`)
      }
      if (event.type !== 'phase') return
      if (event.phase === 'traffic') traffic.resolve(performance.now())
      if (event.phase === 'heal') calm.resolve()
    }
    busy[index] = lane
      .execute(plan, { onEvent, signal: stopping.signal })
      .then(take, (error: unknown) => {
        if (error instanceof UsageError) throw error
        stopping.stop({ ended: 'error', why: messageOf(error) })
      })
      .finally(() => {
        traffic.resolve(performance.now())
        calm.resolve()
      })
    // Whoever waits for the lane hears of it.
    busy[index]?.catch(() => undefined)
    messages += plan.messages.length
    const since = await traffic.promise
    preparing = Math.max(preparing, since - asked)
    current = { since, length }
    // The next one is prepared meanwhile, where there is a lane for it.
    const early = lanes.lanes.length > 1 ? Math.min(preparing, length / 2) : 0
    await Promise.race([
      calm.promise,
      sleepUnless(stopping.signal, Math.max(0, length - early - (performance.now() - since))),
    ])
    if (early === 0) await calm.promise
    lasted += length
    current = null
  }

  const isOver = (): boolean =>
    stopping.signal.aborted || violations > 0 || (config.messages !== undefined && messages >= config.messages)

  const laneFor = async (): Promise<readonly [Lane, number]> => {
    const index = number % lanes.lanes.length
    await busy[index]
    const lane = lanes.lanes[index]
    if (lane === undefined) throw new RangeError(`there is no lane ${index}`)
    return [lane, index]
  }

  /** A violation says more than whatever ended the run after it. */
  const endOf = ({ thresholds }: Measured): End => {
    const stopped = stopping.end()
    const when = phase === 'baseline' ? ', before the first fault' : ''
    if (violations > 0 && stopped?.ended !== 'unhealthy')
      return { ended: 'violation', why: `violated ${failed.map(({ clause }) => clause).join(', ')}${when}` }
    const broken = thresholds.find(({ isKept }) => !isKept)
    if (stopped !== null || broken === undefined) return stopped ?? { ended: 'finished', why: null }
    return { ended: 'threshold', why: `${broken.text} was not kept` }
  }

  const tick = (): void => {
    measures.tick()
    recorder.tick()
    const measured = measures.now()
    onProgress?.({
      phase,
      epochs: number,
      lasted: lasted + (current === null ? 0 : Math.min(current.length, clock() - current.since)),
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
      const [first, at] = await laneFor()
      await epoch(first, at, Math.min(BASELINE, config.epoch))
      await Promise.all(busy)
      lasted = 0
      if (stopping.signal.aborted) return
      const { acknowledged, failed: refused } = measures.now()
      if (acknowledged === 0 || acknowledged < HEALTHY * (acknowledged + refused)) {
        const what = `${grouped(acknowledged)} of ${grouped(acknowledged + refused)} publishes were acknowledged`
        stopping.stop({ ended: 'unhealthy', why: `${what} before the first fault` })
        return
      }
      if (violations > 0) return
      phase = 'soaking'
      while (!isOver()) {
        const length = Math.min(config.epoch, (config.duration ?? Number.POSITIVE_INFINITY) - lasted)
        if (length < SHORTEST) break
        const [lane, index] = await laneFor()
        if (isOver()) break
        await epoch(lane, index, length)
      }
      phase = 'ending'
      await Promise.all(busy)
      tick()
    },
    summary() {
      const measured = measures.now()
      return {
        ...measured,
        series: recorder.series(),
        ...endOf(measured),
        epochs: tally.runs,
        lasted: Math.round(lasted),
        rate: config.load.rate,
        memory: slopeOf(memory),
      }
    },
  }
}
