import { expect, test } from 'vitest'
import { isBusError } from './bus-error.ts'

const shape = { code: 'TIMEOUT', effect: 'unknown', retryable: true, message: 'no answer' }

test('a bus error is told by its shape', () => {
  expect(isBusError(shape)).toBe(true)
  expect(isBusError(Object.assign(new Error('no answer'), shape))).toBe(true)
  expect(isBusError(JSON.parse(JSON.stringify(shape)))).toBe(true)
})

test.each([null, undefined, 'TIMEOUT', new Error('no answer'), { ...shape, effect: 'some' }, { ...shape, code: 7 }])(
  '%s is none',
  (value) => {
    expect(isBusError(value)).toBe(false)
  },
)
