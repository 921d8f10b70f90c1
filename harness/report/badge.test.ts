import { expect, test } from 'vitest'
import type { Certificate } from '../certificate/certificate.ts'
import { renderBadge } from './badge.ts'
import { certificateOf, failedCertificate, verdictOf } from './certificate.case.ts'

const waived = certificateOf({ verdicts: [verdictOf('delivery/1'), verdictOf('delivery/2', { verdict: 'waived' })] })
const quick = certificateOf({ certified: false, effort: 'quick' })
const short = certificateOf({ certified: false, verdicts: [verdictOf('delivery/1', { verdict: 'inconclusive' })] })

test.each<[Certificate, string]>([
  [certificateOf(), 'resilient'],
  [waived, 'resilient, 1 waived'],
  [failedCertificate, '1 violated'],
  [quick, 'quick look'],
  [short, 'not certified'],
  [certificateOf({ certified: false, error: 'the site died' }), 'not judged'],
])('the badge says in its picture and its name how it ended: %#', (certificate, text) => {
  const badge = renderBadge(certificate)
  expect(badge).toContain(`aria-label="busproof: ${text}"`)
  expect(badge).toMatch(new RegExp(`<text x="[\\d.]+" y="14">${text}</text>`))
  expect(badge.match(/<svg|<\/svg>/g)).toHaveLength(2)
  expect(badge).not.toMatch(/script|href|url\((?!#r\))/)
})
