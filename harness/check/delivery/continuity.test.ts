import { describe, expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import {
  commits,
  deadLetters,
  drained,
  fault,
  gets,
  holds,
  joins,
  kills,
  leaves,
  reportsDeadLetter,
  stalls,
  stands,
  takes,
} from '../testing/story.case.ts'

const CLAUSE = 'delivery/7'
const THREE = [joins(0, 'c1'), takes(10, 'm0'), takes(11, 'm1'), takes(12, 'm2')]
const FIRST = [...THREE, gets(20, 'c1', 'm0'), commits(21, 1), stands(21, 1), leaves(30, 'c1')]
const BACK = joins(400, 'c2')

test('it goes on where the group had committed', () => {
  expect(examine(CLAUSE, [...FIRST, BACK, gets(401, 'c2', 'm1'), gets(402, 'c2', 'm2')])).toMatchObject(fine(1))
})

test('it skips a message', () => {
  const { messages, violations } = examine(CLAUSE, [...FIRST, BACK, gets(401, 'c2', 'm2')])
  expect(messages).toEqual(['group g skipped m1 when c2 took over t/0 (poll skip)'])
  expect(violations[0]).toMatchObject({ op: 'm1', at: 401, group: 'g' })
})

test('where no partition belongs to one member, none is gone on with', () => {
  const skipping = [...FIRST, BACK, gets(401, 'c2', 'm2')]
  const lacks = { partitions: 'a topic is one sequence' }
  expect(examine(CLAUSE, skipping, { lacks })).toMatchObject(fine(0))
  // An adapter that tells who has it says that it belongs to one.
  const told = [...FIRST, BACK, holds(400, 'assigned', 'c2'), gets(401, 'c2', 'm2')]
  expect(examine(CLAUSE, told, { lacks }).messages).toEqual(['group g skipped m1 when c2 took over t/0 (poll skip)'])
})

test('keys side by side: what lies before comes a moment later', () => {
  const first = [...FIRST, BACK, gets(401, 'c2', 'm2')]
  expect(examine(CLAUSE, [...first, gets(402, 'c2', 'm1')])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...first, kills(402), joins(800, 'c3'), gets(801, 'c3', 'm1')])).toMatchObject(fine(2))
})

describe('a member that gets its partition back while its handler still runs', () => {
  const regains = (until: number) => [
    ...THREE,
    holds(5, 'assigned', 'c1'),
    gets(20, 'c1', 'm0', { until }),
    holds(100, 'revoked', 'c1'),
    holds(200, 'assigned', 'c1'),
    gets(210, 'c1', 'm1'),
  ]
  const SKIPPED = ['group g skipped m0 when c1 took over t/0 (poll skip)']

  test('has not skipped what that has in hand', () => {
    expect(examine(CLAUSE, [...regains(400), commits(450, 2), stands(450, 2)]).messages).toEqual([])
  })
  test('has skipped it if a commit passes it, or another member gets on', () => {
    expect(examine(CLAUSE, [...regains(400), commits(350, 2), stands(350, 2)]).messages).toEqual(SKIPPED)
    const other = [...THREE, gets(20, 'c1', 'm0', { until: 400 }), joins(30, 'c2'), gets(210, 'c2', 'm1')]
    expect(examine(CLAUSE, other).messages).toEqual(['group g skipped m0 when c2 took over t/0 (poll skip)'])
  })
})

test('what comes only after a commit has passed it was skipped', () => {
  const passed = [commits(403, 3, { consumer: 'c2' }), stands(403, 3)]
  const happened = [...FIRST, BACK, gets(401, 'c2', 'm2'), ...passed, gets(500, 'c2', 'm1', { attempt: 2 })]
  expect(examine(CLAUSE, happened).messages).toEqual(['group g skipped m1 when c2 took over t/0 (poll skip)'])
})

test('it steps back behind what was committed', () => {
  const happened = [...FIRST, BACK, gets(401, 'c2', 'm0'), gets(402, 'c2', 'm1')]
  const { messages, violations } = examine(CLAUSE, happened)
  expect(messages).toEqual(['group g stepped back to m0 when c2 took over t/0 (step back)'])
  expect(violations[0]?.expected).toBe('it resumes at 1, which was committed at 21 ms')
})

test('what was handled but not committed comes again', () => {
  const happened = [...FIRST.slice(0, -1), gets(25, 'c1', 'm1'), kills(26), BACK, gets(401, 'c2', 'm1')]
  expect(examine(CLAUSE, happened)).toMatchObject(fine(1))
})

test('what was handled but not committed may be left out', () => {
  const happened = [...FIRST.slice(0, -1), gets(25, 'c1', 'm1'), kills(26), BACK, gets(401, 'c2', 'm2')]
  expect(examine(CLAUSE, happened)).toMatchObject(fine(1))
})

test('a commit counts from when the partition became its own', () => {
  const taken = [...THREE, joins(13, 'c2'), holds(14, 'assigned', 'c2'), gets(20, 'c1', 'm0'), commits(21, 1)]
  expect(examine(CLAUSE, [...taken, gets(401, 'c2', 'm0')])).toMatchObject(fine(1))
  const again = [...taken, holds(22, 'assigned', 'c2'), gets(401, 'c2', 'm0')]
  expect(examine(CLAUSE, again).messages).toHaveLength(1)
})

test('one member that gets its partition back is judged as another one', () => {
  const again = [...FIRST.slice(0, -1), holds(40, 'assigned', 'c1'), gets(41, 'c1', 'm0')]
  expect(examine(CLAUSE, again)).toMatchObject({ occasions: 1, messages: [expect.stringContaining('stepped back')] })
})

test('who was cut off may step back', () => {
  const happened = [...FIRST, fault(200, 350, 'consume'), BACK, gets(401, 'c2', 'm0')]
  expect(examine(CLAUSE, happened)).toMatchObject(fine(1))
})

test('a fault that touched nothing, or a stall, tells nothing', () => {
  const back = [BACK, gets(401, 'c2', 'm0')]
  expect(examine(CLAUSE, [...FIRST, fault(200, 350, 'consume', false), ...back]).messages).toHaveLength(1)
  expect(examine(CLAUSE, [...FIRST, stalls(200, 350), ...back])).toMatchObject(fine(0))
})

test('a dead letter is done, and its member may be told of it late', () => {
  const failed = [...FIRST.slice(0, -1), gets(25, 'c1', 'm1', { outcome: 'permanent' })]
  const next = [BACK, gets(401, 'c2', 'm2')]
  expect(examine(CLAUSE, [...failed, deadLetters(30, 'm1'), ...next])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...failed, deadLetters(500, 'm1'), ...next]).messages).toHaveLength(1)
  const late = [...failed, deadLetters(500, 'm1'), reportsDeadLetter(450, 'm1'), ...next]
  expect(examine(CLAUSE, late, { witness: 'after' })).toMatchObject(fine(1))
})

test('a latest group is owed nothing that came before its first subscription', () => {
  const happened = [
    takes(1, 'm0'),
    joins(5, 'c1', { from: 'latest' }),
    takes(10, 'm1'),
    takes(11, 'm2'),
    gets(12, 'c1', 'm2'),
    leaves(30, 'c1'),
    joins(400, 'c2', { from: 'latest' }),
    gets(401, 'c2', 'm1'),
  ]
  expect(examine(CLAUSE, happened)).toMatchObject(fine(1))
})

test('a group that no member rejoins, and a new one, are no occasion', () => {
  expect(examine(CLAUSE, [...FIRST, drained(500)])).toMatchObject(fine(0))
  expect(
    examine(CLAUSE, [...FIRST, joins(400, 'c2', { group: 'h' }), gets(401, 'c2', 'm0', { group: 'h' })]),
  ).toMatchObject(fine(0))
})

test('a cut history of several processes may lack what was handled', () => {
  const happened = [...FIRST, BACK, gets(401, 'c2', 'm2')]
  expect(examine(CLAUSE, happened, { complete: false, witness: 'after' })).toMatchObject(fine(0))
})
