import { expect, it } from 'vitest'
import { rejection, thrownAtTurn } from './thrown.ts'

it('only the permanent rejection says that it is permanent', () => {
  expect(rejection('s3cret')).toMatchObject({ retryable: false, message: expect.stringContaining('s3cret') })
  for (let turn = 0; turn < 5; turn++) {
    expect(Object(thrownAtTurn(turn, 's3cret'))).not.toMatchObject({ retryable: false })
  }
})

it('what may be tried again is an error at some turns, and a text, an object or nothing at others', () => {
  const things = [0, 1, 2, 3, 4].map((turn) => thrownAtTurn(turn, 's3cret'))
  expect(things.map((thing) => (thing instanceof Error ? thing.name : typeof thing))).toEqual([
    'Error',
    'TypeError',
    'string',
    'object',
    'undefined',
  ])
  expect(thrownAtTurn(5, 's3cret')).toEqual(things[0])
})
