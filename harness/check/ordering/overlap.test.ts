import { expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import { asksToLeave, closes, fault, gets, holds, joins, stalls, takes } from '../testing/story.case.ts'

const CLAUSE = 'ordering/4'
const KEY = { key: 'k' }
const PAIR = [joins(0, 'c1'), joins(0, 'c2'), takes(1000, 'm1', KEY), takes(1001, 'm2', KEY)]
const RUNNING = [...PAIR, gets(1010, 'c1', 'm1', { ...KEY, until: 1050 })]

test('one after the other, and only a change of members is an occasion', () => {
  expect(examine(CLAUSE, [...RUNNING, gets(1050, 'c1', 'm2', KEY)])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [...RUNNING, gets(1050, 'c2', 'm2', KEY)])).toMatchObject(fine(1))
})

test('one member twice at once', () => {
  const { messages, violations } = examine(CLAUSE, [...RUNNING, gets(1020, 'c1', 'm2', { ...KEY, until: 1060 })])
  expect(messages).toEqual(['the handler of key "k" in group g ran twice at once: m2 came while m1 was being handled'])
  expect(violations[0]?.actual).toBe('c1 from 1010 to 1050 ms, c1 from 1020 ms')
})

test('two members at once in calm', () => {
  expect(examine(CLAUSE, [...RUNNING, gets(1020, 'c2', 'm2', KEY)]).messages).toHaveLength(1)
})

test('a join alone is no excuse: both hold the key', () => {
  expect(examine(CLAUSE, [...RUNNING, joins(1015, 'c3'), gets(1020, 'c3', 'm1', KEY)]).messages).toHaveLength(1)
})

test.each([
  ['its partition was revoked', [holds(1015, 'revoked', 'c1')]],
  ['it was leaving', [asksToLeave(1015, 'c1')]],
  ['its node was closing', [closes(1015)]],
  ['it had just been cut off', [fault(800, 900, 'consume')]],
])('two members may overlap when the first one had to let go: %s', (_name, happened) => {
  expect(examine(CLAUSE, [...RUNNING, ...happened, gets(1020, 'c2', 'm1', KEY)])).toMatchObject(fine(1))
})

test('a fault that affected nothing cut no member off', () => {
  const happened = [...RUNNING, fault(800, 900, 'consume', false), gets(1020, 'c2', 'm1', KEY)]
  expect(examine(CLAUSE, happened).messages).toHaveLength(1)
})

test('what a stall of the machine excuses is no occasion', () => {
  expect(examine(CLAUSE, [...RUNNING, stalls(700, 1015), gets(1020, 'c2', 'm1', KEY)])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [...RUNNING, stalls(700, 1015), gets(1060, 'c2', 'm1', KEY)])).toMatchObject(fine(1))
})

test('a handler that is far too long may be overtaken by another member, not by its own', () => {
  const long = [...PAIR, gets(1010, 'c1', 'm1', { ...KEY, until: 2000 })]
  expect(examine(CLAUSE, [...long, gets(1400, 'c2', 'm1', KEY)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...long, gets(1400, 'c1', 'm1', KEY)]).messages).toHaveLength(1)
})

test('a partition that was given back is held again', () => {
  const happened = [holds(500, 'revoked', 'c1'), holds(600, 'assigned', 'c1'), gets(1020, 'c2', 'm2', KEY)]
  expect(examine(CLAUSE, [...RUNNING, ...happened]).messages).toHaveLength(1)
})

test('other keys, other groups and messages without a key may overlap', () => {
  const none = [
    joins(0, 'c1'),
    takes(1000, 'm1'),
    takes(1001, 'm2'),
    gets(1010, 'c1', 'm1', { until: 1050 }),
    gets(1020, 'c1', 'm2'),
  ]
  const key = [
    joins(0, 'c1'),
    takes(1000, 'm1', KEY),
    takes(1001, 'm2', { key: 'l' }),
    gets(1010, 'c1', 'm1', { ...KEY, until: 1050 }),
    gets(1020, 'c1', 'm2', { key: 'l' }),
  ]
  const group = [...RUNNING, gets(1020, 'c4', 'm2', { ...KEY, group: 'h' })]
  for (const happened of [none, key, group]) expect(examine(CLAUSE, happened)).toMatchObject(fine(0))
})

test('where the end of the first handler was cut off, a live witness alone can tell', () => {
  const happened = [...PAIR, gets(1010, 'c1', 'm1', { ...KEY, until: null }), gets(1020, 'c2', 'm2', KEY)]
  expect(examine(CLAUSE, happened, { complete: false, witness: 'after' })).toMatchObject(fine(1))
  expect(examine(CLAUSE, happened, { complete: false }).messages).toHaveLength(1)
})
