import { expect, test } from 'vitest'
import { rowOf } from './rows.ts'

const rows = Array.from({ length: 100 }, (_, index) => rowOf({ seed: 1 }, index))

test('a row is always the same for one seed and index, and has a name of its own', () => {
  expect(rowOf({ seed: 1 }, 7)).toEqual(rows[7])
  expect(rowOf({ seed: 2 }, 7)).not.toEqual(rows[7])
  expect(new Set(rows.map(({ id }) => id)).size).toBe(100)
})

test('values may be taken for those of other types', () => {
  expect(new Set(rows.map(({ values }) => values.flag))).toEqual(new Set([true, false]))
  const all = <T>(of: (values: (typeof rows)[number]['values']) => T) => rows.map(({ values }) => of(values))
  expect(all(({ count }) => count)).toEqual(expect.arrayContaining([0, 1]))
  expect(all(({ label }) => label)).toEqual(expect.arrayContaining(['true', '1', '', 'null']))
  expect(all(({ note }) => note)).toContain(null)
  expect(all(({ ratio }) => ratio).some(Number.isInteger)).toBe(false)
})
