import { expect, test } from 'vitest'
import { byCause } from './causes.ts'

test('a crash comes before what follows from it, and of one clause what came first', () => {
  const found = [
    { clause: 'delivery/1', at: 1 },
    { clause: 'ordering/1', at: 9 },
    { clause: 'fail-fast/5', at: 30 },
    { clause: 'ordering/1', at: 2 },
  ]
  expect(found.toSorted(byCause).map(({ clause, at }) => `${clause} ${at}`)).toEqual([
    'fail-fast/5 30',
    'ordering/1 2',
    'ordering/1 9',
    'delivery/1 1',
  ])
})
