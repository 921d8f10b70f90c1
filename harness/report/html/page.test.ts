import { describe, expect, test } from 'vitest'
import { CLAUSES } from '../../../spec/index.ts'
import { certificateOf, failedCertificate, verdictOf } from '../certificate.case.ts'
import { text } from './markup.ts'
import { renderHtml } from './page.ts'

const [FAILURE] = failedCertificate.failures
if (FAILURE === undefined) throw new Error('no failure')

const STEPS = [
  { at: 1, column: 'producer', text: 'publish m3 to <t>' },
  { at: 2.5, column: 'network', text: '✖ refuse on publish' },
  { at: 12, column: 'consumer', text: 'c0 gets m7', breaks: true },
] as const

describe('the page', () => {
  test('needs nothing but itself: no script, no address to load from', () => {
    const page = renderHtml(failedCertificate)
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`)
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|javascript:|\son\w+=/)
    expect([...page.matchAll(/(?:src|href|action)="([^"]*)"/g)].map(([, at]) => at)).toEqual(['#failure-ab12'])
  })

  test('begins with the verdict, and has each clause with its text', () => {
    const page = renderHtml(certificateOf({ verdicts: CLAUSES.map(({ id }) => verdictOf(id)) }))
    expect(page).toContain('<p class="verdict good">CERTIFIED memory: level resilient, simulated site</p>')
    for (const { id, title, text: clauseText } of CLAUSES) {
      expect(page).toContain(`<th scope="row">${id}</th>`)
      expect(page).toContain(text(title))
      expect(page).toContain(text(clauseText))
    }
  })

  test('shows a failure with its steps, the one that breaks the clause marked', () => {
    const told = { message: 'm7 overtook m3', expected: 'm3 first', actual: 'm7 first', steps: STEPS }
    const page = renderHtml({ ...failedCertificate, failures: [{ ...FAILURE, told }] })
    expect(page).toContain('<g tabindex="0" role="img" aria-label="1 ms, producer: publish m3 to &lt;t&gt;">')
    expect(page).toContain('<g class="fault"')
    expect(page).toMatch(
      /<g class="breaks"[^>]*aria-label="12 ms, consumer: c0 gets m7 \(this step breaks the clause\)"/,
    )
    expect(page).toContain('<code class="copy">busproof replay ab12</code>')
    expect(page).toContain('<code class="copy">busproof pin ab12</code>')
    expect(page).toContain('m7 overtook m3\n▶ here')
  })

  test('says what was not judged, and why', () => {
    const page = renderHtml(failedCertificate)
    expect(page).toMatch(/<li>breaker\/1 [^<]*: the adapter does not claim it<\/li>/)
    expect(page).toMatch(/<li>retry\/1 [^<]*: not selected<\/li>/)
  })

  test('says what has changed since an earlier one', () => {
    const changes = [{ what: 'delivery/2', before: 'pass', after: 'fail' }]
    const page = renderHtml(failedCertificate, { with: 'old.json', changes })
    expect(page).toContain('<h2>Since old.json</h2>')
    expect(page).toContain('<tr><td>delivery/2</td><td>pass</td><td>fail</td></tr>')
    expect(renderHtml(failedCertificate, { with: 'old.json', changes: [] })).toContain('Nothing has changed.')
  })

  test('takes no markup from anybody', () => {
    const evil = '<img src=x onerror=alert(1)>"\'&'
    const page = renderHtml(
      certificateOf({
        ...failedCertificate,
        adapter: evil,
        notes: [evil],
        links: evil,
        madeAgain: [evil],
        failures: [
          {
            ...FAILURE,
            id: evil,
            story: [evil],
            also: [{ clause: evil, message: evil }],
            told: { message: evil, expected: evil, actual: evil, steps: [{ at: 1, column: 'producer', text: evil }] },
          },
        ],
        verdicts: [
          verdictOf('delivery/1', { verdict: 'unsupported', reason: evil }),
          verdictOf(evil, { unseen: [evil] }),
          verdictOf('delivery/2', {
            verdict: 'waived',
            waived: { waiver: { clause: 'delivery/2', reason: evil, owner: evil, expires: evil }, was: 'fail' },
            violations: [{ clause: evil, message: evil, expected: evil, actual: evil, ops: [], at: 1 }],
          }),
        ],
        error: evil,
      }),
      { with: evil, changes: [{ what: evil, before: evil, after: evil }] },
    )
    expect(page).not.toContain('<img')
    expect(page).not.toContain(`"'&`)
  })

  test('is no longer than two megabytes, however much has failed', () => {
    const steps = Array.from({ length: 150 }, () => ({ at: 1, column: 'producer' as const, text: 'x'.repeat(300) }))
    const told = { message: 'm', expected: 'e', actual: 'a', steps }
    const story = Array.from({ length: 2_000 }, () => '─'.repeat(100))
    const failures = Array.from({ length: 40 }, (_, index) => ({ ...FAILURE, id: `f${index}`, told, story }))
    const page = renderHtml({
      ...failedCertificate,
      failures,
      madeAgain: Array<string>(10_000).fill('the site failed'),
    })
    expect(Buffer.byteLength(page)).toBeLessThan(2_000_000)
    expect(page).toContain('The story: too long for this page; the JSON certificate has it.')
  })
})
