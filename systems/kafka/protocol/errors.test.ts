import { expect, test } from 'vitest'
import { check, isPassing, NoAnswer } from './errors.ts'

const passes = (code: number): boolean => {
  try {
    check(code, 'groups')
    throw new Error(`${code} is no error`)
  } catch (error) {
    return isPassing(error)
  }
}

test('what a broker answers while its coordinator loads, moves or fails may pass', () => {
  expect([-1, 14, 15, 16].filter((code) => !passes(code))).toEqual([])
  expect(isPassing(new NoAnswer('kafka-0 did not answer'))).toBe(true)
})

test('what a question itself is wrong about does not', () => {
  expect([1, 17, 35].filter(passes)).toEqual([])
})
