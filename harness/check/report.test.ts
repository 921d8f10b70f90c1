import { expect, test } from 'vitest'
import { violationOf } from './report.ts'

const told = { message: 'm1 overtook m0', expected: 'm0 first', actual: 'm1 first', at: 5 }

test('a violation has all its messages, the one that the story follows first, and each once', () => {
  const { op, ops } = violationOf('ordering/1', { ...told, op: 'm1', others: ['m0', null, 'm1', undefined] })
  expect([op, ops]).toEqual(['m1', ['m1', 'm0']])
})

test('a violation that is about none, or about none that can be told, says so', () => {
  for (const breach of [told, { ...told, op: null, others: [undefined] }])
    expect(violationOf('ordering/1', breach)).toEqual({ clause: 'ordering/1', ...told, ops: [] })
})

test('one that follows no message may name some', () => {
  expect(violationOf('breaker/1', { ...told, others: ['m3', 'm2'] })).toEqual({
    clause: 'breaker/1',
    ...told,
    ops: ['m3', 'm2'],
  })
})
