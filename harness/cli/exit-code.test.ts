import { expect, test } from 'vitest'
import type { Certificate, VerdictName } from '../certificate/certificate.ts'
import { certificateOf, verdictOf } from '../report/certificate.case.ts'
import { exitCodeOf } from './exit-code.ts'

const certificate = (verdicts: readonly VerdictName[], given: Partial<Certificate> = {}): Certificate =>
  certificateOf({
    certified: false,
    verdicts: verdicts.map((verdict, index) => verdictOf(`delivery/${index}`, { verdict })),
    ...given,
  })

test.each([
  [0, certificate(['pass', 'unsupported'], { certified: true })],
  [1, certificate(['pass', 'fail', 'inconclusive', 'error'], { error: 'the site died' })],
  [3, certificate(['pass', 'error', 'inconclusive'])],
  [3, certificate(['pass'], { error: 'the site died' })],
  [4, certificate(['pass', 'inconclusive'])],
  [4, certificate(['pass'])],
])('exit code %i for the worst that happened', (code, of) => {
  expect(exitCodeOf(of, false)).toBe(code)
})

test('a quick look ends with 0 where nothing was violated and nothing failed', () => {
  const quick = (...verdicts: VerdictName[]): Certificate => certificate(verdicts, { effort: 'quick' })
  expect(exitCodeOf(quick('pass', 'inconclusive'), false)).toBe(0)
  expect(exitCodeOf(quick('pass', 'fail', 'inconclusive'), false)).toBe(1)
  expect(exitCodeOf(quick('pass', 'error'), false)).toBe(3)
  // Nothing was judged.
  expect(exitCodeOf(quick('inconclusive', 'inconclusive'), false)).toBe(4)
})

test('a waiver that has expired or that nothing needs fails, whatever else was good', () => {
  expect(exitCodeOf(certificate(['pass', 'waived'], { certified: true }), false)).toBe(0)
  expect(exitCodeOf(certificate(['pass'], { staleWaivers: ['expired'] }), false)).toBe(1)
  expect(exitCodeOf(certificate(['pass', 'error'], { staleWaivers: ['expired'] }), false)).toBe(3)
  expect(exitCodeOf(certificate(['waived', 'not run']), true)).toBe(0)
})

test('of chosen clauses only these count', () => {
  expect(exitCodeOf(certificate(['pass', 'not run']), true)).toBe(0)
  expect(exitCodeOf(certificate(['inconclusive', 'not run']), true)).toBe(4)
  expect(exitCodeOf(certificate(['unsupported', 'not run']), true)).toBe(4)
})
