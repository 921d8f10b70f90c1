import { expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import { deadLetters, exits, gets, type Happening, joins, takes } from '../testing/story.case.ts'

const CLAUSE = 'dead-letter/3'
const STARTED = Date.parse('2024-05-06T07:08:00Z')
const TAKEN = [joins(0, 'c1'), takes(10, 'm1')]
const FAILED = [...TAKEN, gets(12, 'c1', 'm1', { outcome: 'permanent' })]
const fails = (at: number, attempt = 1, consumer = 'c1', node = 'n1'): Happening =>
  gets(at, consumer, 'm1', { outcome: 'retryable', attempt, node })
const tells = (attempts: number): Happening => deadLetters(90, 'm1', { attempts: String(attempts) })
const wrong = (field: string): string[] => [`the dead letter of m1 has not the right ${field}`]

test.each(['undefined', 'null', '[object Object]', 'NaN', ' null '])('a reason or a type that is %s', (value) => {
  for (const field of ['failure_reason', 'error_type'])
    expect(examine(CLAUSE, [...FAILED, deadLetters(20, 'm1', { [field]: value })]).messages).toEqual(wrong(field))
})

test('a reason that speaks of null is one', () => {
  const letter = deadLetters(20, 'm1', { failure_reason: 'cannot read a property of null' })
  expect(examine(CLAUSE, [...FAILED, letter])).toMatchObject(fine(1))
})

test.each(['2024-05-06T07:08:00Z', '2024-05-06T09:08:00.020+02:00', '2024-05-06T07:07:01Z', '2024-05-06T07:09:00Z'])(
  'a time within the run, or a minute of it: %s',
  (time) => {
    const letter = deadLetters(20, 'm1', { failure_timestamp: time })
    expect(examine(CLAUSE, [...FAILED, letter], { startedAt: STARTED })).toMatchObject(fine(1))
  },
)

test.each(['1970-01-01T00:00:00Z', '2024-05-06T07:06:59Z', '2024-05-06T07:09:01Z'])('a time outside: %s', (time) => {
  const happened = [...FAILED, deadLetters(20, 'm1', { failure_timestamp: time })]
  const { messages, violations } = examine(CLAUSE, happened, { startedAt: STARTED })
  expect(messages).toEqual(wrong('failure_timestamp'))
  expect(violations[0]?.expected).toBe(
    'failure_timestamp: within the run, from 2024-05-06T07:08:00.000Z to 2024-05-06T07:08:00.020Z',
  )
  // An older history does not tell when its run began.
  expect(examine(CLAUSE, happened)).toMatchObject(fine(1))
})

test('the attempts that were made, of one tenure', () => {
  const happened = [...TAKEN, fails(12), fails(30, 2)]
  expect(examine(CLAUSE, [...happened, tells(2)])).toMatchObject(fine(1))
  for (const other of [1, 3, 42]) {
    const { messages, violations } = examine(CLAUSE, [...happened, tells(other)])
    expect(messages).toEqual(wrong('attempts'))
    expect(violations[0]).toMatchObject({ expected: 'attempts: 2', actual: `attempts: ${other}` })
  }
})

test('after a change of members, those of the last member or of the group', () => {
  const happened = [...TAKEN, joins(1, 'c2'), fails(12), fails(30, 1, 'c2'), fails(50, 2, 'c2')]
  for (const either of [2, 3]) expect(examine(CLAUSE, [...happened, tells(either)])).toMatchObject(fine(1))
  for (const neither of [1, 4])
    expect(examine(CLAUSE, [...happened, tells(neither)]).messages).toEqual(wrong('attempts'))
})

test('a consumer that has the message again counts anew', () => {
  const happened = [...TAKEN, fails(12), fails(30), fails(50, 2)]
  for (const either of [2, 3]) expect(examine(CLAUSE, [...happened, tells(either)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...happened, tells(1)]).messages).toEqual(wrong('attempts'))
})

test('given up by two, either may have written it', () => {
  const happened = [...TAKEN, gets(12, 'c1', 'm1', { outcome: 'permanent' }), joins(20, 'c2'), fails(30, 1, 'c2')]
  const both = [...happened, fails(50, 2, 'c2')]
  for (const one of [1, 2, 3]) expect(examine(CLAUSE, [...both, tells(one)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...both, tells(4)]).messages).toEqual(wrong('attempts'))
})

test('one that was written too soon is held to what had happened by then: that it was too soon is told elsewhere', () => {
  const happened = [...TAKEN, fails(12), deadLetters(20, 'm1'), fails(30, 2)]
  expect(examine(CLAUSE, happened)).toMatchObject(fine(1))
  expect(examine(CLAUSE, happened, { witness: 'after' }).messages).toEqual(wrong('attempts'))
})

test('a call whose end nobody saw may count', () => {
  const happened = [...TAKEN, gets(12, 'c1', 'm1', { until: null }), joins(20, 'c2'), fails(30, 1, 'c2')]
  const both = [...happened, fails(50, 2, 'c2')]
  for (const one of [2, 3]) expect(examine(CLAUSE, [...both, tells(one)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...both, tells(1)]).messages).toEqual(wrong('attempts'))
})

test('a process that ended, or a history that was cut, may lack calls', () => {
  const happened = [...TAKEN, fails(12), exits(13), joins(20, 'c2', { node: 'n2' }), fails(30, 1, 'c2', 'n2')]
  const lost = [...happened, fails(50, 2, 'c2', 'n2'), tells(1)]
  expect(examine(CLAUSE, lost, { witness: 'after' })).toMatchObject(fine(1))
  expect(examine(CLAUSE, lost, { witness: 'live' }).messages).toEqual(wrong('attempts'))
  const cut = { witness: 'after', complete: false } as const
  expect(examine(CLAUSE, [...TAKEN, fails(12), fails(30, 2), tells(1)], cut)).toMatchObject(fine(1))
})

test('without the calls or the group there is nothing to compare', () => {
  expect(examine(CLAUSE, [...TAKEN, tells(7)])).toMatchObject(fine(1))
})
