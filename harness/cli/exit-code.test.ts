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

test('of chosen clauses only these count', () => {
  expect(exitCodeOf(certificate(['pass', 'not run']), true)).toBe(0)
  expect(exitCodeOf(certificate(['inconclusive', 'not run']), true)).toBe(4)
  expect(exitCodeOf(certificate(['unsupported', 'not run']), true)).toBe(4)
})
