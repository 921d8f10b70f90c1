import { expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import { deadLetters, gets, type Happening, joins, takes } from '../testing/story.case.ts'

const CLAUSE = 'dead-letter/3'
const STARTED = Date.parse('2024-05-06T07:08:00Z')
const TAKEN = [joins(0, 'c1'), takes(10, 'm1')]
const FAILED = [...TAKEN, gets(12, 'c1', 'm1', { outcome: 'permanent' })]
const wrong = (field: string): string[] => [`the dead letter of m1 has a wrong ${field}`]

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

test('a time that was read from a clock that had been stepped', () => {
  const stepped: Happening = [
    { type: 'fault', at: 11, fault: 0, kind: 'clock-step', role: 'system', direction: 'up' },
    { type: 'healed', at: 13, fault: 0, kind: 'clock-step', role: 'system', landed: { connections: 1, bytes: 0 } },
  ]
  const letter = deadLetters(20, 'm1', { failure_timestamp: '2024-05-06T08:08:00Z' })
  expect(examine(CLAUSE, [...FAILED, stepped, letter], { startedAt: STARTED })).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...FAILED, letter], { startedAt: STARTED }).messages).toEqual(wrong('failure_timestamp'))
})

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
