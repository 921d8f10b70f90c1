import { describe, expect, test } from 'vitest'
import { certificateOf, failedCertificate, verdictOf, violated } from './certificate.case.ts'
import { renderJson } from './json.ts'
import { renderJunit } from './junit.ts'

describe('the certificate as JUnit XML', () => {
  const xml = renderJunit(failedCertificate)

  test('has a suite for each area and a case for each clause', () => {
    expect(xml.match(/<testsuite /g)).toHaveLength(4)
    expect(xml.match(/<testcase /g)).toHaveLength(5)
    expect(xml).toMatch(/<testsuites [^>]*tests="5" failures="2" errors="0" skipped="2" time="8.240"/)
    expect(xml).toMatch(/<testsuite name="ordering" tests="2" failures="2"/)
  })

  test('puts the story into the failure, and escapes it', () => {
    expect(xml).toContain('message="m7 overtook m3 &lt;of key &quot;k1&quot;&gt; &amp; more">m7 overtook m3\n▶ here<')
  })

  test('does not let an inconclusive clause pass', () => {
    expect(xml).toContain('<failure type="inconclusive" message="3 of 20 required occasions"/>')
  })

  test('skips what a quick look met too seldom', () => {
    const quick = renderJunit({ ...failedCertificate, effort: 'quick' })
    expect(quick).toContain('<skipped message="a quick run met 3 of 20 required occasions"/>')
    expect(quick).toMatch(
      /<testsuites name="busproof memory resilient simulated quick" tests="5" failures="1" errors="0" skipped="3"/,
    )
  })

  test('skips what is unsupported or was not run, with the reason', () => {
    expect(xml).toContain('<skipped message="the adapter does not claim it"/>')
    expect(xml).toContain('<skipped message="not run"/>')
    const reason = 'the bus crosses no network: it is one process'
    const certificate = certificateOf({ verdicts: [verdictOf('fail-fast/7', { verdict: 'unsupported', reason })] })
    expect(renderJunit(certificate)).toContain(`<skipped message="${reason}"/>`)
  })

  test('skips what is waived with its violation, and fails a waiver that is stale', () => {
    const waiver = { clause: 'ordering/1', reason: 'known', owner: 'payments', expires: '2027-01-31' }
    const verdicts = [{ ...violated, verdict: 'waived' as const, waived: { waiver, was: 'fail' as const } }]
    const xml = renderJunit(certificateOf({ verdicts, staleWaivers: ['The waiver of retry/1 (x) expired.'] }))
    expect(xml).toMatch(/<skipped message="waived until 2027-01-31 by payments: known: m7 overtook m3 /)
    expect(xml).toContain('<failure type="waiver" message="The waiver of retry/1 (x) expired."/>')
    expect(xml).toMatch(/<testsuites [^>]*tests="2" failures="1" errors="0" skipped="1"/)
    expect(xml).toMatch(/<testsuite name="waivers" tests="1" failures="1" errors="0" skipped="0">/)
  })

  test('calls what the harness did wrong an error', () => {
    const certificate = certificateOf({ error: 'no broker', verdicts: [verdictOf('delivery/1', { verdict: 'error' })] })
    expect(renderJunit(certificate)).toContain('<error type="error" message="no broker"/>')
  })

  test('replaces characters that XML cannot hold', () => {
    const violations = violated.violations.map((violation) => ({ ...violation, message: 'a\u0000b\u001bc\ud800d' }))
    const certificate = certificateOf({ verdicts: [{ ...violated, violations }] })
    expect(renderJunit(certificate)).toContain('message="a?b?c?d"')
  })
})

test('the certificate as JSON is the certificate', () => {
  expect(JSON.parse(renderJson(failedCertificate))).toEqual(failedCertificate)
})
