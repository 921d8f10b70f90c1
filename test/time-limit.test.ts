/** One time for all of it, on real clocks: starting, finding, confirming, shrinking. */
import { expect, test } from 'vitest'
import { certify } from '../harness/certify.ts'
import { STOPS_WITHIN } from '../harness/deadline.ts'

const LIMIT = 12_000
const mutant = new URL('../mutants/fail-fast/bad-input-called-passing.ts', import.meta.url)
const few = { site: 'real', toxiproxy: 'off', lanes: 1, seed: 1, failures: null, regressions: null } as const

test('a failure is told within the time of the whole', { timeout: LIMIT + STOPS_WITHIN + 30_000 }, async () => {
  const { tookMs, verdicts, failures, error } = await certify(mutant, { ...few, time: '12s', shrink: '1h' })
  expect(error).toBeNull()
  expect(verdicts.some(({ verdict }) => verdict === 'fail')).toBe(true)
  expect(failures.length).toBeGreaterThan(0)
  expect(failures[0]?.story.length).toBeGreaterThan(5)
  expect(tookMs).toBeLessThan(LIMIT + STOPS_WITHIN)
})

test('a site that has not started by then is stopped, and named', { timeout: STOPS_WITHIN + 30_000 }, async () => {
  await expect(certify(mutant, { ...few, time: '1ms' })).rejects.toThrow(
    'the time was up before the site had started: allow more with --time',
  )
})
