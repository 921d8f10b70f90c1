import { expect, test } from 'vitest'
import { certificateOf, failedCertificate, verdictOf, violated } from './certificate.case.ts'
import { renderAnnotations, renderSummary } from './github.ts'

const WAIVER = { clause: 'delivery/2', reason: 'known | accepted', owner: 'payments', expires: '2027-01-31' }

test('an annotation for each clause that keeps the certificate from being issued, and for each that is waived', () => {
  const waived = verdictOf('delivery/2', { verdict: 'waived', waived: { waiver: WAIVER, was: 'fail' } })
  const lines = renderAnnotations({
    ...failedCertificate,
    verdicts: [...failedCertificate.verdicts, waived],
    staleWaivers: ['The waiver of retry/1 (x) expired.'],
  })
    .trimEnd()
    .split('\n')
  expect(lines.map((line) => line.replace(/ title=.*?::/, ' '))).toEqual([
    '::error m7 overtook m3 <of key "k1"> & more%0ATo run it again, keep the certificate of --json: `busproof replay FILE`',
    '::error 3 of 20 required occasions',
    '::warning waived until 2027-01-31 by payments: known | accepted',
    '::error The waiver of retry/1 (x) expired.',
  ])
  expect(lines[0]).toMatch(/^::error title=ordering\/1 [^:,]+%3A violated::/)
})

test('what is good needs none, nor what a quick look was short of', () => {
  expect(renderAnnotations(certificateOf())).toBe('')
  const verdicts = [verdictOf('delivery/1', { verdict: 'inconclusive' })]
  expect(renderAnnotations(certificateOf({ effort: 'quick', verdicts }))).toBe('')
  expect(renderAnnotations(certificateOf({ error: 'it died\n100%' }))).toContain('::it died%0A100%25\n')
})

test('the summary has the verdict, the stories, and a row for each clause', () => {
  const summary = renderSummary(failedCertificate)
  expect(summary).toMatch(/^## NOT CERTIFIED memory: violated ordering\/1\n/)
  expect(summary).toContain('```text\nm7 overtook m3\n▶ here\n```')
  expect(summary).toContain('| ✖ fail | ordering/1 |')
  expect(summary).toContain('| 1,204 of 100 |')
  expect(summary).toContain('| 1 | 1 | 1 | 0 | 1 | 1 | 0 |')
})

test('a summary stays below what GitHub keeps', () => {
  const [failure] = failedCertificate.failures
  if (failure === undefined) throw new Error('no failure')
  const long = { ...failure, story: Array.from({ length: 9_000 }, () => '─'.repeat(100)) }
  const summary = renderSummary({ ...failedCertificate, failures: [long, long, long] })
  expect(Buffer.byteLength(summary)).toBeLessThan(1_048_576)
  expect(summary).toContain('\n…\n')
})

test('a certificate that is refused for another reason is annotated too', () => {
  const refused = certificateOf({ certified: false, notes: ['Level core requires an ordering.'] })
  expect(renderAnnotations(refused)).toMatch(/^::error title=busproof%3A not certified::NOT CERTIFIED memory/)
})

test('text is neither Markdown nor HTML, and ends no fence', () => {
  const [failure] = failedCertificate.failures
  if (failure === undefined) throw new Error('no failure')
  const odd = { ...failedCertificate, notes: ['<b>| `x` *y*'], failures: [{ ...failure, story: ['```', '<script>'] }] }
  const summary = renderSummary({ ...odd, verdicts: [violated] })
  expect(summary).toContain('- &lt;b&gt;\\| \\`x\\` \\*y\\*')
  expect(summary).toContain('````text\n```\n<script>\n````')
})
