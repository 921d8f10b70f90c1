import { expect, test } from 'vitest'
import type { RowValues } from '../adapter.ts'
import { rowOf } from './rows.ts'

const rows = Array.from({ length: 100 }, (_, index) => rowOf({ seed: 1 }, `m${index}`))
const all = <T>(of: (values: RowValues) => T): T[] => rows.map(({ values }) => of(values))

test('a row is always the same for one seed and operation, and has a name of its own', () => {
  expect(rowOf({ seed: 1 }, 'm7')).toEqual(rows[7])
  expect(rowOf({ seed: 2 }, 'm7')).not.toEqual(rows[7])
  expect(new Set([...rows, rowOf({ seed: 1 }, 'probe-1')].map(({ id }) => id)).size).toBe(101)
})

test('values may be taken for those of other types', () => {
  expect(new Set(all(({ flag }) => flag))).toEqual(new Set([true, false]))
  expect(all(({ count }) => count)).toEqual(expect.arrayContaining([0, 1]))
  expect(all(({ label }) => label)).toEqual(expect.arrayContaining(['true', '1', '', 'null']))
  expect(all(({ note }) => note)).toContain(null)
  expect(all(({ ratio }) => ratio).some(Number.isInteger)).toBe(false)
})

test.each<[string, (values: RowValues) => unknown, (values: RowValues) => unknown]>([
  ['a ratio in single precision', ({ ratio }) => ratio, ({ ratio }) => Math.fround(ratio)],
  ['a count without its sign', ({ count }) => count, ({ count }) => Math.abs(count)],
  ['a positive count in 32 bits', ({ count }) => Math.max(count, 0), ({ count }) => Math.max(count, 0) | 0],
  ['a negative count in 32 bits', ({ count }) => Math.min(count, 0), ({ count }) => Math.min(count, 0) | 0],
  ['a count in 53 bits', ({ count }) => BigInt(count), ({ count }) => BigInt.asIntN(53, BigInt(count))],
  ['a label without its outer blanks', ({ label }) => label, ({ label }) => label.trim()],
  ['a label cut to 20 characters', ({ label }) => label, ({ label }) => label.slice(0, 20)],
  ['an empty note for none', ({ note }) => note, ({ note }) => note || null],
  ['none for an empty note', ({ note }) => note, ({ note }) => note ?? ''],
])('%s would show', (_name, of, changed) => {
  expect(all(of)).not.toEqual(all(changed))
})

test('every count is a whole number that a double holds, and some rows hold what any column does', () => {
  expect(all(({ count }) => count).every(Number.isSafeInteger)).toBe(true)
  expect(all(({ ratio }) => ratio).some((ratio) => Math.fround(ratio) === ratio)).toBe(true)
})
