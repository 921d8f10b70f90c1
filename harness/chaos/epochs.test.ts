import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Done } from '../certificate/shard.ts'
import type { Finding } from '../check/check.ts'
import { UsageError } from '../errors.ts'
import type { Event } from '../events/kinds.ts'
import { exampleClaims } from '../plan/claims.case.ts'
import { opOf } from '../plan/message.ts'
import type { Plan } from '../plan/plan.ts'
import { type Execute, type RunOutcome, spoiltRun } from '../run/outcome.ts'
import type { Lanes } from '../site/lane.ts'
import { sleep } from '../waiting.ts'
import { createEpochs } from './epochs.ts'
import { readChaos } from './file/read.ts'
import { createStopping } from './stopping.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const NOTHING = { key: 'none', value: 'none', headers: 'none' }
const CONFIG = 'target: { adapter: memory, site: real }\nload: { rate: 10/s }\nepoch: 10s\n'

interface Behaviour {
  readonly prepares?: number
  readonly drains?: number | ((number: number) => number)
  /** Of the epoch with this number, instead of what is fine. */
  readonly outcome?: (number: number) => Partial<RunOutcome> | Error | undefined
  /** Whether the publishes of the epoch are acknowledged. */
  readonly acknowledges?: (number: number) => boolean
  readonly seen?: (plan: Plan) => void
}

/** Lanes that do nothing but tell when their traffic went on. */
function lanesOf(
  count: number,
  { prepares = 500, drains = 2_000, outcome, acknowledges = () => true, seen = () => undefined }: Behaviour,
) {
  const traffic: { from: number; to: number; messages: number }[] = []
  let running = 0
  let epochs = 0
  const execute: Execute = async (plan, options) => {
    const number = epochs++
    seen(plan)
    running += 1
    try {
      const ends = outcome?.(number)
      await sleep(number === 0 ? 5_000 : prepares)
      await options?.beforeTraffic?.()
      const from = performance.now()
      const tell = (event: Event): void => options?.onEvent?.(event)
      tell({ type: 'phase', at: 0, phase: 'traffic' })
      const last = plan.messages.at(-1)?.at ?? 0
      for (const [index, { at }] of plan.messages.entries()) {
        const about = { at, node: 'n0', op: opOf(index) }
        tell({
          type: 'publish',
          ...about,
          producer: 'p0',
          topic: 't',
          content: NOTHING,
          hasKey: false,
        })
        tell({ type: 'published', ...about, status: acknowledges(number) ? 'acknowledged' : 'failed' })
      }
      await sleep(last)
      tell({ type: 'phase', at: last, phase: 'heal' })
      traffic.push({ from, to: performance.now(), messages: plan.messages.length })
      await sleep(typeof drains === 'number' ? drains : drains(number))
      if (ends instanceof Error) throw ends
      const findings: Record<string, Finding> = { 'delivery/1': { occasions: 1, violations: [] } }
      return { ...spoiltRun(plan, ''), error: null, faults: { landed: { refuse: 1 }, missed: 0 }, findings, ...ends }
    } finally {
      running -= 1
    }
  }
  const lanes = {
    adapter: { claims: exampleClaims },
    lanes: Array.from({ length: count }, () => ({ execute, [Symbol.asyncDispose]: async () => undefined })),
    lacks: {},
    outages: [],
    servers: 1,
    madeAgain: [],
    about: { links: '', witness: 'none', host: 'child process', server: '' },
    [Symbol.asyncDispose]: async () => undefined,
  } as unknown as Lanes
  return { lanes, traffic, running: () => running }
}

async function soak(lines: string, count: number, behaviour: Behaviour = {}) {
  const made = lanesOf(count, behaviour)
  const stopping = createStopping(undefined)
  const epochs = createEpochs(readChaos(CONFIG + lines, 'it.yaml'), made.lanes, { stopping })
  const done = epochs.soak().then(
    () => null,
    (error: unknown) => error,
  )
  let error: unknown = 'it goes on'
  void done.then((ended) => {
    error = ended
  })
  for (let second = 0; second < 600 && error === 'it goes on'; second++) await vi.advanceTimersByTimeAsync(1_000)
  return { ...made, stopping, epochs, error, summary: epochs.summary([], stopping.end()) }
}

test('on two lanes the traffic of one epoch follows that of another, without a pause and without an overlap', async () => {
  const { traffic, summary, error } = await soak('duration: 60s\n', 2)
  expect(error).toBeNull()
  const [, ...behind] = traffic
  expect(behind).toHaveLength(6)
  for (const [index, { from }] of behind.entries()) {
    const before = behind[index - 1]
    if (before !== undefined) expect(from - before.to).toBe(0)
  }
  expect(behind.reduce((sum, { messages }) => sum + messages, 0)).toBe(600)
  // The last message of an epoch of 10 s comes at 9.9 s.
  expect(summary).toMatchObject({ epochs: 7, lasted: 6 * 9_900, ended: 'finished' })
})

test('on one lane an epoch waits until the one before is judged', async () => {
  const { traffic } = await soak('duration: 30s\n', 1)
  const [, ...behind] = traffic
  expect(behind.map(({ from }, index) => from - (behind[index - 1]?.to ?? from))).toEqual([0, 2_500, 2_500])
})

test('a drain that is longer than an epoch lets the traffic rest, and no epoch is lost', async () => {
  const { traffic, summary } = await soak('duration: 40s\n', 2, { drains: 30_000 })
  expect(traffic).toHaveLength(5)
  expect(summary.lasted).toBe(4 * 9_900)
})

test('messages end it too, those of the baseline not counted', async () => {
  const { traffic, summary } = await soak('messages: 150\n', 2)
  expect(traffic.slice(1).map(({ messages }) => messages)).toEqual([100, 50])
  expect(summary.lasted).toBe(9_900 + 4_900)
})

test('a violation lets what has begun finish, and begins nothing else', async () => {
  const violation = { clause: 'delivery/1', message: 'lost', expected: '', actual: '', ops: [], at: 1 }
  const bad = { findings: { 'delivery/1': { occasions: 1, violations: [violation] } } }
  const { traffic, epochs, running } = await soak('duration: 10m\n', 2, {
    outcome: (number) => (number === 2 ? bad : {}),
  })
  expect(epochs.failed.map(({ clause }) => clause)).toEqual(['delivery/1'])
  expect(traffic.length).toBeLessThanOrEqual(5)
  expect(running()).toBe(0)
})

test('a target that acknowledges too little is unhealthy, and gets no fault', async () => {
  const { traffic, summary } = await soak('duration: 10m\n', 2, { acknowledges: () => false })
  expect(traffic).toHaveLength(1)
  expect(summary).toMatchObject({
    ended: 'unhealthy',
    why: '0 of 50 publishes were acknowledged before the first fault',
  })
})

test('a failure of the site ends it, and is told', async () => {
  const { summary, traffic } = await soak('duration: 10m\n', 2, {
    outcome: (number) => (number === 3 ? { error: 'no broker' } : {}),
  })
  expect(summary).toMatchObject({ ended: 'error', why: 'no broker' })
  expect(traffic.length).toBeLessThanOrEqual(6)
})

test('a mistake of the adapter is thrown once nothing runs any more', async () => {
  const mistake = new UsageError('the receipt has no position')
  const { error, running } = await soak('duration: 10m\n', 2, { outcome: (number) => (number === 2 ? mistake : {}) })
  expect(error).toBe(mistake)
  expect(running()).toBe(0)
})

test('one that hangs after it was aborted is not waited for for ever', async () => {
  const { lanes } = lanesOf(2, { drains: 10 ** 9 })
  const stopping = createStopping(undefined)
  const epochs = createEpochs(readChaos(`${CONFIG}duration: 10m\n`, 'it.yaml'), lanes, { stopping })
  let isOver = false
  void epochs.soak().then(() => {
    isOver = true
  })
  await vi.advanceTimersByTimeAsync(30_000)
  stopping.stop({ ended: 'guard', why: 'red' })
  await vi.advanceTimersByTimeAsync(50_000)
  expect(isOver).toBe(false)
  await vi.advanceTimersByTimeAsync(20_000)
  expect(isOver).toBe(true)
  expect(epochs.summary([], stopping.end())).toMatchObject({ ended: 'guard', why: 'red' })
})

test('one that was interrupted before begins nothing', async () => {
  const { lanes, traffic } = lanesOf(1, {})
  const stopping = createStopping(AbortSignal.abort())
  const epochs = createEpochs(readChaos(`${CONFIG}duration: 1m\n`, 'it.yaml'), lanes, { stopping })
  await epochs.soak()
  expect(traffic).toEqual([])
  expect(epochs.summary([], stopping.end()).ended).toBe('interrupted')
})

test('a run that died after any of its epochs goes on with the next one: each is done as in a run without a break', async () => {
  const soaked = async (from: Done | undefined, until = Number.POSITIVE_INFINITY) => {
    const seeds: number[] = []
    const { lanes } = lanesOf(2, { seen: ({ seed }) => void seeds.push(seed) })
    const stopping = createStopping(undefined)
    let [judged, done] = [0, from]
    const epochs = createEpochs(readChaos(`${CONFIG}duration: 55s\n`, 'it.yaml'), lanes, {
      stopping,
      from,
      onJudged() {
        if (judged++ >= until) return
        done = epochs.done()
        if (judged === until) stopping.stop({ ended: 'interrupted', why: 'it is enough' })
      },
    })
    const over = epochs.soak()
    await vi.advanceTimersByTimeAsync(200_000)
    await over
    const [, ...behind] = seeds
    return { seeds: behind.slice(0, judged < until ? undefined : until), done }
  }
  const whole = await soaked(undefined)
  expect(whole).toMatchObject({ seeds: { length: 6 }, done: { next: 7, planned: 55_000, messages: 550 } })
  for (let until = 1; until < 6; until++) {
    const first = await soaked(undefined, until)
    expect(first.done).toEqual({ next: until + 1, planned: until * 10_000, messages: until * 100 })
    const second = await soaked(first.done)
    expect([...first.seeds, ...second.seeds]).toEqual(whole.seeds)
    expect(second.done).toEqual(whole.done)
  }
})

test('an epoch that is judged after the next one is not taken for done before', async () => {
  const { lanes } = lanesOf(2, { drains: (number) => (number === 1 ? 25_000 : 1_000) })
  const seen: Done[] = []
  const epochs = createEpochs(readChaos(`${CONFIG}duration: 40s\n`, 'it.yaml'), lanes, {
    stopping: createStopping(undefined),
    onJudged: () => void seen.push(epochs.done()),
  })
  const over = epochs.soak()
  await vi.advanceTimersByTimeAsync(200_000)
  await over
  // Nothing is told of the second one alone.
  expect(seen.map(({ next }) => next)).toEqual([3, 4, 5])
  expect(seen[0]).toEqual({ next: 3, planned: 20_000, messages: 200 })
})

test('what happens once a run was ended counts for no threshold', async () => {
  const { lanes } = lanesOf(2, { drains: (number) => (number === 0 ? 1_000 : 10 ** 9) })
  const stopping = createStopping(undefined)
  const config = readChaos(`${CONFIG}duration: 10m\nthresholds: [rate >= 1/s over 15s]\n`, 'it.yaml')
  const epochs = createEpochs(config, lanes, { stopping })
  const over = epochs.soak()
  const ticking = setInterval(epochs.tick, 1_000)
  await vi.advanceTimersByTimeAsync(24_000)
  stopping.stop({ ended: 'interrupted', why: 'it is enough' })
  await vi.advanceTimersByTimeAsync(70_000)
  await over
  clearInterval(ticking)
  expect(epochs.summary([], stopping.end()).thresholds).toEqual([
    { text: 'rate >= 1/s over 15s', worst: expect.any(Number) as number, isKept: true },
  ])
})
