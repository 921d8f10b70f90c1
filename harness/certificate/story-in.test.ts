import { expect, test } from 'vitest'
import { failedCertificate } from '../report/certificate.case.ts'
import { renderConsole } from '../report/console.ts'
import { renderJunit } from '../report/junit.ts'
import { storyIn } from './certificate.ts'

const [failure] = failedCertificate.failures
if (failure === undefined) throw new RangeError('the example has no failure')
const also = [{ clause: 'delivery/1', message: 'm3 was lost' }]
const verdicts = failedCertificate.verdicts.map((one) =>
  one.clause === 'delivery/1' ? { ...one, verdict: 'fail' as const } : one,
)
const certificate = { ...failedCertificate, verdicts, failures: [{ ...failure, also }] }
const SENTENCE =
  'm3 was lost: the run that violates ordering/1 also violates delivery/1; see the story of ordering/1, ab12.'

test('what follows from another violation is told by one sentence that names the story', () => {
  expect(storyIn(certificate, 'ordering/1')).toBe(failure.story)
  expect(storyIn(certificate, 'delivery/1')).toEqual([SENTENCE])
  expect(storyIn(certificate, 'retry/1')).toBeNull()
  expect(renderJunit(certificate)).toContain(SENTENCE)
})

test('and by its own story where whole ones were asked for', () => {
  const story = ['delivery/1 MUST', 'told whole']
  const whole = {
    ...certificate,
    failures: [{ ...failure, also: [{ clause: 'delivery/1', message: 'm3 was lost', story }] }],
  }
  expect(storyIn(whole, 'delivery/1')).toEqual([SENTENCE, '', ...story])
  expect(renderConsole(whole)).toContain('told whole')
  expect(renderConsole(certificate)).not.toContain('told whole')
})
