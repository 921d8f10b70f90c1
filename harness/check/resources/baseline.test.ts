import { expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import { closed, closes, counts, fault, type Happening, joins, leaves } from '../testing/story.case.ts'

const CLAUSE = 'resources/1'
const BEFORE = counts(0, 'baseline', { sockets: 1, timers: 0 })

test('back at the baseline, or below it', () => {
  expect(examine(CLAUSE, [BEFORE, counts(99, 'after', { sockets: 1 })])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [BEFORE, counts(99, 'after', { sockets: 0, timers: 0 })])).toMatchObject(fine(1))
})

test('something is left', () => {
  const { messages, violations } = examine(CLAUSE, [BEFORE, counts(99, 'after', { sockets: 3, timers: 1 })])
  expect(messages).toEqual([
    'n1 still has 2 more sockets after close than before (leak)',
    'n1 still has 1 more timers after close than before (leak)',
  ])
  expect(violations[0]).toMatchObject({ expected: 'sockets: 1', actual: 'sockets: 3' })
})

test('who holds it is named where that is known', () => {
  const after = counts(99, 'after', { sockets: 2, timers: 1 }).map((event) => ({
    ...event,
    owners: { timers: ['set at beat (adapter.ts:7:3)'] },
  }))
  const { violations } = examine(CLAUSE, [BEFORE, after])
  expect(violations.map(({ actual }) => actual)).toEqual(['sockets: 2', 'timers: 1 (set at beat (adapter.ts:7:3))'])
})

test('a kind that was not there before counts from nothing', () => {
  expect(examine(CLAUSE, [BEFORE, counts(99, 'after', { members: 1 })]).messages).toEqual([
    'n1 still has 1 more members after close than before (leak)',
  ])
})

test('each owner by itself, and only with a baseline', () => {
  const server = [counts(0, 'baseline', { sessions: 0 }, 'server'), counts(99, 'after', { sessions: 0 }, 'server')]
  expect(examine(CLAUSE, [BEFORE, ...server, counts(99, 'after', { sockets: 1 })])).toMatchObject(fine(2))
  expect(examine(CLAUSE, [counts(99, 'after', { sockets: 9 }, 'n2')])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [BEFORE], { complete: false })).toMatchObject(fine(0))
})

const server = (at: number, members: number): Happening[] => [
  counts(0, 'baseline', { sessions: 0, members: 0 }, 'server'),
  counts(at, 'after', { sessions: 0, members }, 'server'),
]
const JOINED = [joins(1, 'c1'), joins(1, 'c2', { node: 'n2' })]

test('a member that never left', () => {
  expect(examine(CLAUSE, [...JOINED, leaves(100, 'c1', 5), ...server(120, 0)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...JOINED, leaves(100, 'c1', 5), ...server(120, 1)]).messages).toEqual([
    'server still has 1 more members after close than before (leak)',
  ])
})

test('a member whose process was killed may stay, until its session has ended, and no other', () => {
  const killed: Happening = [{ type: 'killed', at: 100, node: 'n1' }]
  expect(examine(CLAUSE, [...JOINED, killed, ...server(400, 1)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...JOINED, killed, ...server(400, 2)]).messages).toEqual([
    'server still has 1 more members after close than may stay (leak)',
  ])
  expect(examine(CLAUSE, [...JOINED, killed, ...server(701, 1)]).messages).toHaveLength(1)
  expect(examine(CLAUSE, [...JOINED, leaves(50, 'c1', 5), killed, ...server(400, 1)]).messages).toHaveLength(1)
})

test('a close during a fault of the consumers, or not long after one, may leave its member behind', () => {
  for (const ending of [[leaves(100, 'c1', 5)], [closes(100), closed(105)]]) {
    const happened = [...JOINED, ...ending, ...server(400, 1)]
    expect(examine(CLAUSE, [fault(90, 103, 'consume'), ...happened])).toMatchObject(fine(1))
    expect(examine(CLAUSE, [fault(103, 200, 'consume'), ...happened])).toMatchObject(fine(1))
    expect(examine(CLAUSE, [fault(90, 103, 'publish'), ...happened]).messages).toHaveLength(1)
    expect(examine(CLAUSE, [fault(110, 200, 'consume'), ...happened]).messages).toHaveLength(1)
  }
  const later = [...JOINED, fault(90, 103, 'consume'), leaves(703, 'c1', 1)]
  expect(examine(CLAUSE, [...later, ...server(710, 1)])).toMatchObject(fine(1))
  expect(
    examine(CLAUSE, [...JOINED, fault(90, 103, 'consume'), leaves(704, 'c1'), ...server(710, 1)]).messages,
  ).toHaveLength(1)
})

test('sessions on the server have no such excuse', () => {
  const killed: Happening = [{ type: 'killed', at: 100, node: 'n1' }]
  const left = [counts(0, 'baseline', { sessions: 0 }, 'server'), counts(120, 'after', { sessions: 1 }, 'server')]
  expect(examine(CLAUSE, [...JOINED, killed, ...left]).messages).toEqual([
    'server still has 1 more sessions after close than before (leak)',
  ])
})
