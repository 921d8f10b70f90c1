import { expect, test } from 'vitest'
import { UsageError } from '../../errors.ts'
import { fitPlan } from '../../plan/fit.ts'
import { consumer, message, plan } from '../../plan/parts.case.ts'
import type { RunOutcome } from '../../run/outcome.ts'
import { startSimulatedLanes } from './lanes.ts'
import { BOUNDS, createWatch } from './watch.ts'

const adapter = (what: string): string =>
  new URL(`../../../test/fixtures/rogue-adapter.ts?${what}`, import.meta.url).href
const bounds = { ...BOUNDS, turn: 500, heap: 64 }
const messages = [0, 10, 20].map((at) => message({ at }))

async function run(what: string, { times = 1, keepHistory = false, within = bounds } = {}): Promise<RunOutcome[]> {
  await using running = await startSimulatedLanes(adapter(what), 1, within)
  const one = fitPlan(plan({ messages, consumers: [consumer()], topics: [{ partitions: 1 }] }), running.adapter.claims)
  const outcomes: RunOutcome[] = []
  for (let time = 0; time < times; time++) {
    const outcome = await running.lanes[0]?.execute(one, { keepHistory })
    if (outcome !== undefined) outcomes.push(outcome)
  }
  return outcomes
}
const crashes = ({ findings }: RunOutcome) => findings['fail-fast/5']?.violations.map(({ message: text }) => text) ?? []

test.each([
  [
    'loops-in-open',
    /n0 crashed by hang: rogue \(\S+rogue-adapter\.ts\) kept its thread busy for 0\.5 s in open\(\): is there a loop/,
  ],
  [
    'loops-in-publish',
    /n0 crashed by hang: rogue \(.*\) kept its thread busy for 0\.5 s in publish\(\) of m2: is there a loop without an end\?/,
  ],
  [
    'fills-its-heap',
    /n0 crashed by out-of-memory: rogue \(.*\) used more than 64 MiB of memory in a call that it must refuse/,
  ],
  [
    'ends-its-thread',
    /n0 crashed by exit: rogue \(.*\) ended its thread \(exit code 7\) in a call that it must refuse/,
  ],
])(
  'an adapter that %s fails by a clause',
  async (what, sentence) => {
    const outcomes = await run(what)
    expect(outcomes.map(({ error }) => error)).toEqual([null])
    for (const outcome of outcomes) {
      expect(crashes(outcome).join()).toMatch(sentence)
      // All that it has told by then is on record.
      expect(outcome.history?.events.some(({ type }) => type === 'open')).toBe(true)
    }
  },
  180_000,
)

test('the next run gets a new thread', async () => {
  const outcomes = await run('ends-its-thread', { times: 2 })
  expect(outcomes.map((outcome) => crashes(outcome).length)).toEqual([1, 1])
})

test.each([
  ['floods', 'stdout', 10_485 + 1],
  ['floods-one-line', 'stderr', 1],
])('of an adapter that %s a part is kept, and told how much is not', async (what, stream, texts) => {
  const [outcome] = await run(what, { keepHistory: true, within: BOUNDS })
  const logged = outcome?.history?.events.filter((event) => event.type === 'logged') ?? []
  const [told, ...rest] = logged.filter(({ dropped }) => dropped !== undefined)
  expect(rest).toEqual([])
  expect(logged.length).toBe(texts + 1)
  expect(told?.text).toMatch(
    new RegExp(
      `^rogue \\(\\S+rogue-adapter\\.ts\\) wrote more to its ${stream} in one run than busproof keeps: it drops \\d+ bytes`,
    ),
  )
  expect(outcome?.dropped).toBe(told?.dropped)
})

test('an adapter that loops while it is loaded is a mistake of its author', async () => {
  const starting = startSimulatedLanes(adapter('loops-when-loaded'), 1, {
    ...BOUNDS,
    load: { busy: 1_500, wall: 60_000 },
  })
  await expect(starting).rejects.toThrow(UsageError)
  await expect(starting).rejects.toThrow(
    /^the adapter module \S+rogue-adapter\.ts kept its thread busy for 1\.5 s while it was loaded: is there a loop/,
  )
})

test('a thread that is not given its processor is not one that hangs', () => {
  const watch = createWatch({ turns: 0, busy: 0, wall: 0 }, { turn: 10_000, run: 60_000, wall: 300_000 })
  expect(watch({ turns: 0, busy: 9_000, wall: 200_000 })).toBeNull()
  expect(watch({ turns: 1, busy: 12_000, wall: 290_000 })).toBeNull()
  expect(watch({ turns: 1, busy: 22_000, wall: 300_000 })).toBe('kept its thread busy for 10 s')
  expect(watch({ turns: 2, busy: 60_000, wall: 300_000 })).toBe('did not come to the end of a run in 60 s of work')
  expect(watch({ turns: 3, busy: null, wall: 300_000 })).toBeNull()
  expect(watch({ turns: 3, busy: null, wall: 600_000 })).toBe('held its thread for 300 s')
})
