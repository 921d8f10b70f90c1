import { expect, test } from 'vitest'
import { LONG_USES, type LongUseOf } from '../../events/host.ts'
import { examine, fine } from '../testing/examine.case.ts'
import { uses } from '../testing/story.case.ts'

const CLAUSE = 'resources/10'
const ROUNDS = Array.from({ length: 8 }, (_, round) => round)
/** The last of the warm-up. */
const WARM = 3
const OF_A_ROUND = 600
const MUCH = 20_000_000
/** After each round of 50. */
const bytes = (of: LongUseOf, value: (round: number) => number, options: Parameters<typeof uses>[2] = {}) =>
  uses(
    of,
    ROUNDS.map((round) => ({ bytes: MUCH + round * OF_A_ROUND + value(round) })),
    options,
  )
const alive = (of: LongUseOf, what: string, value: (round: number) => number) =>
  uses(
    of,
    ROUNDS.map((round) => ({ alive: { buses: 1, [what]: value(round) } })),
  )

test('nothing is kept of anything, but for what the first rounds set up', () => {
  const calm = LONG_USES.map((of) => bytes(of, (round) => 20_000 * Math.min(round, WARM)))
  const { occasions, messages } = examine(CLAUSE, calm)
  expect({ occasions, messages }).toEqual({ occasions: LONG_USES.length, messages: [] })
})

test('an entry for each key', () => {
  const { messages, violations } = examine(CLAUSE, [
    bytes('message', () => 0),
    bytes('key', (round) => round * 50 * 100),
  ])
  expect(messages).toEqual(['the open bus leaks: it keeps 100 bytes of each key'])
  expect(violations[0]).toMatchObject({
    expected: 'at most 64 bytes more with each key',
    actual: '20016800 bytes after round 4, 20039200 after round 8, of 200 uses between them',
    node: 'used',
  })
})

test('what is kept of each message is not told again of each key, and more than that is', () => {
  const leak = (each: number) => (round: number) => round * 50 * each
  expect(examine(CLAUSE, [bytes('message', leak(100)), bytes('key', leak(110))]).messages).toEqual([
    'the open bus leaks: it keeps 100 bytes of each message',
  ])
  expect(examine(CLAUSE, [bytes('message', leak(100)), bytes('key', leak(200))]).messages).toEqual([
    'the open bus leaks: it keeps 100 bytes of each message',
    'the open bus leaks: it keeps 100 bytes of each key',
  ])
})

test('64 bytes of each are allowed, and one more is not', () => {
  expect(examine(CLAUSE, [bytes('retry', (round) => round * 50 * 63)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [bytes('retry', (round) => round * 50 * 65)]).messages).toHaveLength(1)
})

test('tables grow by leaps, and shrink again: only what every round adds to is a leak', () => {
  /** What each round adds, from the second one on. */
  const steps =
    (...sizes: number[]) =>
    (round: number) =>
      sizes.slice(0, round).reduce((sum, size) => sum + size, 0)
  const shrinks = steps(18_000, -15_000, 18_000, -15_000, 18_000, 18_000, -15_000)
  expect(examine(CLAUSE, [bytes('failure', shrinks)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [bytes('failure', steps(0, 0, 0, 0, 0, 0, 30_000))])).toMatchObject(fine(1))
  // A set of texts that doubles its table now and then; what one round leaves, the next one may free.
  const texts = steps(1_600, 30_000, 1_600, 1_600, 1_600, 30_000, 1_600)
  expect(examine(CLAUSE, [bytes('failure', texts)]).messages).toHaveLength(1)
  const late = steps(5_000, 5_000, 5_000, 5_000, 9_500, -100, 5_000)
  expect(examine(CLAUSE, [bytes('failure', late)]).messages).toHaveLength(1)
})

test('a leap that the rounds after it take back is no leak', () => {
  /** Of a correct bus on a real system: after each round of 30. */
  const leaps = [26_328_186, 26_329_802, 26_328_402, 26_330_210, 26_332_122, 26_334_263, 26_336_122, 26_344_458]
  const rounds = (...after: number[]) =>
    examine(CLAUSE, [
      uses(
        'failure',
        [...leaps, ...after].map((size) => ({ bytes: size })),
        { times: 30 },
      ),
    ])
  expect(rounds(26_339_287, 26_339_618)).toMatchObject(fine(1))
  expect(rounds(26_346_367, 26_355_618).messages).toEqual(['the open bus leaks: it keeps 99 bytes of each failure'])
})

test('the limit is the same of things that are done less often', () => {
  expect(examine(CLAUSE, [bytes('group', (round) => round * 300, { times: 10 })])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [bytes('group', (round) => round * 5_000, { times: 10 })]).messages).toEqual([
    'the open bus leaks: it keeps 500 bytes of each group',
  ])
})

test('objects that were given to the bus, or that it gave, are counted, and then bytes are not told as well', () => {
  const { messages, violations } = examine(CLAUSE, [alive('dead letter', 'messages', (round) => 3 + 50 * round)])
  expect(messages).toEqual(['the open bus leaks: it keeps 1.0 messages of each dead letter'])
  expect(violations[0]).toMatchObject({ expected: 'no more messages alive than before' })
  expect(examine(CLAUSE, [alive('group', 'handlers', (round) => (round > WARM ? 20 : 0))])).toMatchObject(fine(1))
})

test('where the memory also holds what the system stores, only objects are counted', () => {
  const apart = { apart: false }
  expect(examine(CLAUSE, [bytes('message', (round) => round * 1_000_000, apart)])).toMatchObject(fine(1))
  const kept = uses(
    'message',
    ROUNDS.map((round) => ({ alive: { messages: round * 50 } })),
    apart,
  )
  expect(examine(CLAUSE, [kept]).messages).toHaveLength(1)
})

test('few rounds ended because nothing grew, and one says nothing', () => {
  const few = uses(
    'key',
    [0, 1, 2, 3].map((round) => ({ bytes: round * 1_000_000 })),
  )
  expect(examine(CLAUSE, [few])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [uses('key', [{}])])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [])).toMatchObject(fine(0))
})
