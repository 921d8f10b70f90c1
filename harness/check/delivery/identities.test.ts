import { expect, test } from 'vitest'
import { ALL_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import {
  commits,
  drained,
  exits,
  fault,
  gets,
  type Happening,
  joins,
  passesOver,
  stalls,
  takes,
} from '../testing/story.case.ts'

const CLAUSE = 'delivery/11'
const X = { id: 'x' }
const PAIR = [joins(0, 'c1'), joins(0, 'c2'), takes(1_000, 'm1', X), takes(1_001, 'm2', X)]
const FIRST = [...PAIR, gets(1_010, 'c1', 'm1')]
const judged = (happened: readonly Happening[], clause = CLAUSE) => examine(clause, happened, { claims: ALL_CLAIMS })

test('the second message of an id is passed over', () => {
  expect(judged([...FIRST, passesOver(1_020, 'm2', 'duplicate')])).toMatchObject(fine(1))
})

test('inside the window both are handled', () => {
  const { messages, violations } = judged([...FIRST, gets(1_020, 'c2', 'm2')])
  expect(messages).toEqual(['g handled the message id x twice within its window: m2 after m1 (duplicate delivery)'])
  expect(violations[0]).toMatchObject({ op: 'm2', group: 'g', at: 1_020, expected: 'm2 skipped until 1510 ms' })
})

test('two are handled at once', () => {
  const running = [...PAIR, gets(1_010, 'c1', 'm1', { until: 1_030 })]
  expect(judged([...running, gets(1_020, 'c2', 'm2', { until: 1_040 })]).messages).toHaveLength(1)
})

test('after the window it is a new message', () => {
  expect(judged([...FIRST, gets(1_510, 'c1', 'm2')])).toMatchObject(fine(1))
  expect(judged([...FIRST, gets(1_508, 'c1', 'm2')]).messages).toHaveLength(1)
})

test('the window begins when the last handler has ended, whichever of them began first', () => {
  const long = [...PAIR, takes(1_002, 'm3', X), gets(1_010, 'c1', 'm1', { until: 1_600 })]
  const both = [...long, gets(1_300, 'c2', 'm2', { until: 1_301 })]
  expect(judged([...both, passesOver(2_000, 'm3', 'duplicate')]).messages).toEqual([])
  const over = judged([...both, passesOver(2_700, 'm3', 'duplicate')])
  expect(over.messages).toEqual([
    'c1 skipped m3 as a duplicate, but its id x was handled before the window began (lost write)',
  ])
  expect(over.violations[0]?.actual).toBe('handled at 1600 ms, skipped at 2700 ms, window 500 ms')
})

test('what failed makes no id known', () => {
  const failed = [...PAIR, gets(1_010, 'c1', 'm1', { outcome: 'permanent' })]
  expect(judged([...failed, gets(1_020, 'c1', 'm2')])).toMatchObject(fine(0))
  expect(judged([...failed, passesOver(1_020, 'm2', 'duplicate')]).messages).toEqual([
    'c1 skipped m2 as a duplicate, but no handler in g had handled its id x (lost write)',
  ])
})

test('another group, another id and no id are no duplicates', () => {
  const other = [...FIRST, gets(1_020, 'c3', 'm2', { group: 'h' }), takes(1_030, 'm3', { id: 'y' }), takes(1_031, 'm4')]
  expect(judged([...other, gets(1_040, 'c1', 'm3'), gets(1_041, 'c1', 'm4')])).toMatchObject(fine(0))
  expect(judged([...other, passesOver(1_050, 'm4', 'duplicate')]).messages).toHaveLength(1)
})

test('what comes long after the window is passed over', () => {
  expect(judged([...FIRST, passesOver(1_700, 'm2', 'duplicate')])).toMatchObject(fine(1))
  expect(judged([...FIRST, passesOver(1_712, 'm2', 'duplicate')]).messages).toEqual([
    'c1 skipped m2 as a duplicate, but its id x was handled before the window began (lost write)',
  ])
})

test.each([
  ['its process ended before the mark', [exits(1_012)]],
  ['it is incomplete off from where the ids are kept', [fault(800, 1_005, 'consume')]],
])('an id may be handled twice when %s', (_name, happened) => {
  expect(judged([...FIRST, ...happened, gets(1_020, 'c2', 'm2', { node: 'n2' })])).toMatchObject(fine(1))
})

test('a member that cannot ask handles only where it is claimed to let messages through', () => {
  const { deduplication } = ALL_CLAIMS
  if (deduplication === undefined) throw new Error('these stories claim message ids')
  const claiming = (storeDown: 'refuse' | 'let-through') => ({
    claims: { ...ALL_CLAIMS, deduplication: { ...deduplication, storeDown } },
  })
  const unasked = [...FIRST, fault(1_400, 1_450, 'consume'), gets(1_460, 'c1', 'm2')]
  const { messages } = examine(CLAUSE, unasked, claiming('refuse'))
  expect(messages).toEqual([expect.stringContaining('g handled the message id x twice within its window')])
  expect(examine(CLAUSE, unasked, claiming('let-through'))).toMatchObject(fine(1))
})

test('what a stall excuses is no occasion', () => {
  expect(judged([...FIRST, stalls(800, 1_005), gets(1_020, 'c2', 'm2')])).toMatchObject(fine(0))
})

test('a duplicate that was passed over is accounted for, and what was passed over as a duplicate of nothing is lost', () => {
  const rest = [commits(1_030, 3), drained(2_000)]
  const owed = [joins(0, 'c1'), takes(1_000, 'm1', X), takes(1_001, 'm2', X)]
  const good = [...owed, gets(1_010, 'c1', 'm1'), passesOver(1_020, 'm2', 'duplicate'), ...rest]
  const bad = [...owed, passesOver(1_010, 'm1', 'duplicate'), gets(1_020, 'c1', 'm2'), ...rest]
  for (const clause of ['delivery/1', 'delivery/6']) {
    expect(judged(good, clause).messages).toEqual([])
    expect(judged(bad, clause).messages).toHaveLength(1)
  }
})
