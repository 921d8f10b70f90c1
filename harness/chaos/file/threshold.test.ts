import { describe, expect, test } from 'vitest'
import { keeps, parseThreshold, worse } from './threshold.ts'

test.each([
  ['p99(publish) < 500ms over 1m', { is: 'quantile', of: 'publish', quantile: 99 }, '<', 500, 60_000],
  ['p50(handle)<=2s', { is: 'quantile', of: 'handle', quantile: 50 }, '<=', 2_000, null],
  ['p99.9(publish) < 1.5s', { is: 'quantile', of: 'publish', quantile: 99.9 }, '<', 1_500, null],
  ['max(publish) < 1m over 10s', { is: 'quantile', of: 'publish', quantile: 100 }, '<', 60_000, 10_000],
  ['rate >= 49.5/s over 30s', { is: 'rate' }, '>=', 49.5, 30_000],
  ['rate>=1/s over 1s', { is: 'rate' }, '>=', 1, 1_000],
  ['unavailable < 30s', { is: 'unavailable' }, '<', 30_000, null],
  ['  violations==0 ', { is: 'violations' }, '==', 0, null],
] as const)('%s', (text, metric, comparison, bound, over) => {
  expect(parseThreshold(text)).toEqual({ text: text.trim(), metric, comparison, bound, over })
})

test.each([
  ['', 'is no threshold'],
  ['violations', 'is no threshold: write it like p99(publish) < 500ms over 1m'],
  ['violations = 0', 'is no threshold'],
  ['violations == 0 over', 'is no threshold'],
  ['violations == 0 or more', 'is no threshold'],
  ['latency < 1s', 'latency is no metric: the metrics are'],
  ['toString < 1s', 'toString is no metric'],
  ['p99 < 1s', 'p99 is no metric'],
  ['p99.99(publish) < 1s', 'p99.99(publish) is no metric'],
  ['max(publish) < fast', 'the bound fast is not a duration'],
  ['unavailable < 30', 'the bound 30 has no unit: write 30s'],
  ['violations < -1', 'the bound -1 is no whole number'],
  ['rate > 1 over 1m', 'the bound 1 is no rate: write it like 100/s'],
  ['rate > 1/s', 'a rate needs a window: add "over 1m"'],
  ['unavailable < 1s over 1m', 'unavailable is of the whole run: leave "over 1m" out'],
  ['p99(publish) < 1s over 999ms', 'the window 999ms must be between 1s and 1h'],
  ['p99(publish) < 1s over 61m', 'the window 61m must be between 1s and 1h'],
])('%j is refused', (text, part) => {
  expect(() => parseThreshold(text)).toThrow(part)
})

describe('of a value', () => {
  const threshold = (comparison: string) => parseThreshold(`violations ${comparison} 5`)

  test.each([
    ['<', [true, false, false]],
    ['<=', [true, true, false]],
    ['==', [false, true, false]],
    ['>=', [false, true, true]],
    ['>', [false, false, true]],
  ])('violations %s 5 is kept by less, as much and more: %j', (comparison, kept) => {
    expect([4, 5, 6].map((value) => keeps(value, threshold(comparison)))).toEqual(kept)
  })

  test.each([
    ['<', 1, 9],
    ['<=', 1, 9],
    ['>=', 9, 1],
    ['>', 9, 1],
    ['==', 6, 1],
    ['==', 4, 9],
    ['==', 5, 4],
  ])('for %s 5, %d is better than %d', (comparison, better, bad) => {
    expect(worse(threshold(comparison), better, bad)).toBe(bad)
    expect(worse(threshold(comparison), bad, better)).toBe(bad)
  })
})

test('a share of failures is of the whole run, in per cent', () => {
  expect(parseThreshold('failed < 2.5%')).toMatchObject({ metric: { is: 'failed' }, bound: 2.5, over: null })
  expect(() => parseThreshold('failed < 2')).toThrow('the bound 2 is no share: write it like 1%')
  expect(() => parseThreshold('failed < 2% over 1m')).toThrow('failed is of the whole run')
})
