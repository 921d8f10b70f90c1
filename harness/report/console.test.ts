import { describe, expect, test } from 'vitest'
import { UNCLAIMED } from '../certificate/verdicts.ts'
import { certificateOf, failedCertificate, verdictOf, violated } from './certificate.case.ts'
import { renderConsole } from './console.ts'
import { paintFor } from './paint.ts'

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? ''

describe('the certificate on the console', () => {
  test('says what was certified, where, and how much was seen', () => {
    const text = renderConsole(certificateOf())
    for (const part of ['level resilient', 'simulated site', '412 runs', '103,221 events', 'seed 42', '8.2 s']) {
      expect(text).toContain(part)
    }
    expect(text).toContain('faults landed: refuse 33, reset 1,021; 12 hit nothing')
    expect(text).toContain('witness: live; host: worker')
    expect(lastLine(text)).toBe('CERTIFIED memory: level resilient, simulated site')
  })

  test('says beside that what its system could not show', () => {
    const unclaimed = verdictOf('breaker/1', { verdict: 'unsupported', reason: UNCLAIMED })
    const unseen = verdictOf('delivery/6', { verdict: 'unsupported', reason: 'the system has no committed offsets: x' })
    const verdicts = [verdictOf('delivery/1'), unclaimed, unseen]
    expect(lastLine(renderConsole(certificateOf({ verdicts })))).toBe(
      'CERTIFIED memory: level resilient, simulated site, without 1 clause that the system cannot show',
    )
  })

  test('has a row for each clause under its area, with its occasions', () => {
    const text = renderConsole(failedCertificate)
    expect(text).toMatch(/✓ pass +delivery\/1 +1,204 \/ 100 /)
    expect(text).toMatch(/✖ fail +ordering\/1 +1,204 \/ 100 /)
    expect(text).toMatch(/\? inconclusive +ordering\/4 +3 \/ 20 /)
    expect(text).toMatch(/– unsupported +breaker\/1 /)
    for (const area of ['delivery', 'ordering', 'breaker']) expect(text.split('\n')).toContain(area)
  })

  test('leaves out what was not asked for', () => {
    expect(renderConsole(failedCertificate)).not.toContain('retry')
  })

  test('tells the stories, and ends with what was violated', () => {
    const text = renderConsole(failedCertificate)
    expect(text).toContain('m7 overtook m3\n▶ here\n')
    expect(lastLine(text)).toBe('NOT CERTIFIED memory: violated ordering/1')
  })

  test('ends with all that was not judged, where nothing was violated', () => {
    const verdicts = failedCertificate.verdicts.filter(({ verdict }) => verdict !== 'fail')
    const text = renderConsole(certificateOf({ certified: false, verdicts }))
    expect(lastLine(text)).toBe('NOT CERTIFIED memory: inconclusive: ordering/4; 1 clause not selected')
  })

  test('says of a quick look what it is worth, and of what it found what any other would', () => {
    const quick = certificateOf({ effort: 'quick', certified: false, runs: 60 })
    const verdicts = [...quick.verdicts, verdictOf('ordering/4', { verdict: 'inconclusive', occasions: 3 })]
    expect(renderConsole(quick)).toContain('simulated site, quick effort')
    expect(lastLine(renderConsole(quick))).toBe('QUICK memory: no violation in 60 runs; certify with --effort default')
    expect(lastLine(renderConsole({ ...quick, verdicts }))).toBe(
      'QUICK memory: no violation in 60 runs; 1 clause short of occasions; certify with --effort default',
    )
    expect(lastLine(renderConsole({ ...failedCertificate, effort: 'quick' }))).toBe(
      'NOT CERTIFIED memory: violated ordering/1',
    )
    expect(lastLine(renderConsole({ ...quick, error: 'no broker' }))).toContain('NOT CERTIFIED memory: the harness')
  })

  test('gives notes, but for those that repeat the table', () => {
    const notes = ['Unwitnessed: nothing has read it.', 'Violated: ordering/1.', 'ordering/1 did not come again.']
    const text = renderConsole(certificateOf({ certified: false, verdicts: [violated], notes }))
    expect(text).toContain('• Unwitnessed: nothing has read it.')
    expect(text).toContain('• ordering/1 did not come again.')
    expect(text).not.toContain('Violated: ordering/1.')
  })

  test('names the first violation of a clause that has no story', () => {
    const certificate = certificateOf({ certified: false, verdicts: [violated] })
    expect(renderConsole(certificate)).toContain('ordering/1: m7 overtook m3')
  })

  test('gives the error, or the first note, where no clause spoiled it', () => {
    const broken = certificateOf({ certified: false, error: 'the broker did not start' })
    expect(lastLine(renderConsole(broken))).toContain('the harness or the site failed: the broker did not start')
    const chosen = certificateOf({ certified: false, notes: ['only ordering/1 was judged'] })
    expect(lastLine(renderConsole(chosen))).toBe('NOT CERTIFIED memory: only ordering/1 was judged')
  })

  test('marks what only the adapter says, and an absent witness', () => {
    const certificate = certificateOf({ witness: 'none', verdicts: [verdictOf('breaker/3', { selfReported: true })] })
    const text = renderConsole(certificate)
    expect(text).toContain('(self-reported)')
    expect(text).toContain('unwitnessed')
  })

  test('stays within 100 columns', () => {
    for (const line of renderConsole(failedCertificate).split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  })

  test('has colours on a terminal only, and none under NO_COLOR', () => {
    const colourCode = '\u001b['
    const render = (isTTY: boolean, env: Record<string, string>): string =>
      renderConsole(certificateOf(), paintFor({ isTTY }, env))
    expect(render(true, {})).toContain(colourCode)
    expect(render(true, { NO_COLOR: '1' })).not.toContain(colourCode)
    expect(render(false, {})).not.toContain(colourCode)
  })
})

describe('a waived violation', () => {
  const waiver = { clause: 'ordering/1', reason: 'known', owner: 'payments', expires: '2027-01-31' }
  const waived = { ...violated, verdict: 'waived', waived: { waiver, was: 'fail' } } as const
  const certificate = certificateOf({ verdicts: [verdictOf('delivery/1'), waived] })

  test('is named in the last line, and shown though no run of its own shows it', () => {
    const text = renderConsole(certificate)
    expect(lastLine(text)).toBe('CERTIFIED memory: level resilient, simulated site, ordering/1 waived')
    expect(text).toContain('ordering/1: m7 overtook m3')
  })

  test('is not passed over by a quick look', () => {
    const quick = { ...certificate, effort: 'quick', certified: false } as const
    expect(lastLine(renderConsole(quick))).toMatch(/^QUICK memory: no other violation in 412 runs, ordering\/1 waived;/)
    const stale = { ...quick, staleWaivers: ['The waiver of retry/1 (x) expired on 2020-01-31.'] }
    expect(lastLine(renderConsole(stale))).toContain('NOT CERTIFIED memory: The waiver of retry/1 (x) expired')
  })
})
