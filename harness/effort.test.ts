import { describe, expect, test } from 'vitest'
import { EFFORT, EFFORTS, type Effort, figuresFor } from './effort.ts'
import { UsageError } from './errors.ts'

const KINDS = ['simulated', 'real'] as const

test.each(KINDS)('a greater effort does no less of anything, %s', (kind) => {
  const rows = EFFORTS.map((effort) => ({ ...EFFORT[effort][kind] }))
  for (const [index, row] of rows.entries()) {
    const before = rows[index - 1]
    if (before === undefined) continue
    expect(row.atMost ?? row.runs).toBeGreaterThan(before.atMost ?? before.runs)
    expect(row.time).toBeGreaterThan(before.time)
    expect(row.repetitions).toBeGreaterThanOrEqual(before.repetitions)
    expect(row.shrink).toBeGreaterThan(before.shrink)
  }
})

test('a quick look at a real system ends within a minute', () => {
  expect(EFFORT.quick.real.time).toBeLessThan(60_000)
})

describe('what is given instead', () => {
  const usual = EFFORT.default.simulated

  test('stands, in either notation', () => {
    const given = figuresFor({ effort: 'quick', runs: 7, time: '90s', shrink: 1_500 }, 'real')
    expect(given).toMatchObject({ runs: 7, atMost: null, time: 90_000, shrink: 1_500, repetitions: 2 })
  })

  test('gives the whole more time where it is more', () => {
    expect(figuresFor({ runs: 4_000 }, 'simulated').time).toBe(10 * usual.time)
    expect(figuresFor({ runs: 4 }, 'simulated').time).toBe(usual.time)
    expect(figuresFor({ shrink: usual.shrink + 5_000 }, 'simulated').time).toBe(usual.time + 5_000)
    expect(figuresFor({ runs: 4_000, time: '1m' }, 'simulated').time).toBe(60_000)
  })

  test.each([
    [{ effort: 'fast' as Effort }, 'effort fast is unknown: give quick, default or thorough'],
    [{ time: 0 }, "time 0 leaves nothing to certify in: give more, such as '90s'"],
    [{ shrink: '20' as never }, 'shrink 20 has no unit: write 20s'],
  ])('is refused by one sentence: %j', (options, sentence) => {
    expect(() => figuresFor(options, 'real')).toThrow(new UsageError(sentence))
  })
})
