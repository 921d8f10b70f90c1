import { expect, test } from 'vitest'
import { certify } from '../harness/certify.ts'

const IGNORES_ABORTS = new URL('../mutants/fail-fast/abort-ignored.ts', import.meta.url)
const OPTIONS = { effort: 'quick', only: ['fail-fast'], seed: 3, shrink: 0, failures: null, regressions: null } as const
const WAIVER = { clause: 'fail-fast/2', reason: 'being rewritten', owner: 'payments', expires: '9999-12-31' }

test('a waived violation is shown, and the search goes on to the other clauses', { timeout: 60_000 }, async () => {
  const strict = await certify(IGNORES_ABORTS, OPTIONS)
  const waived = await certify(IGNORES_ABORTS, { ...OPTIONS, waivers: [WAIVER] })
  const verdictIn = ({ verdicts }: typeof strict) => verdicts.find(({ clause }) => clause === 'fail-fast/2')?.verdict
  expect([verdictIn(strict), verdictIn(waived)]).toEqual(['fail', 'waived'])
  expect(waived.runs).toBeGreaterThan(strict.runs)
  expect(waived.failures.map(({ clause }) => clause)).toEqual(['fail-fast/2'])
  expect(waived.notes).toContain('fail-fast/2 is violated, but waived until 9999-12-31 by payments: being rewritten.')
  expect(waived.staleWaivers).toBeUndefined()
})

test('a waiver of a shortage accepts no violation, which ends the search', { timeout: 60_000 }, async () => {
  const strict = await certify(IGNORES_ABORTS, OPTIONS)
  const { verdicts, runs } = await certify(IGNORES_ABORTS, {
    ...OPTIONS,
    waivers: [{ ...WAIVER, accepts: 'shortage' }],
  })
  expect(verdicts.find(({ clause }) => clause === 'fail-fast/2')?.verdict).toBe('fail')
  expect(runs).toBe(strict.runs)
})

test('a waiver that has expired changes no verdict, and is told', { timeout: 60_000 }, async () => {
  const late = await certify(IGNORES_ABORTS, { ...OPTIONS, waivers: [{ ...WAIVER, expires: '2020-01-31' }] })
  expect(late.verdicts.find(({ clause }) => clause === 'fail-fast/2')?.verdict).toBe('fail')
  expect(late.staleWaivers).toEqual([
    'The waiver of fail-fast/2 (payments) expired on 2020-01-31; renew it or remove it.',
  ])
})
