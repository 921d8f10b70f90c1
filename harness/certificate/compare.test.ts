import { expect, test } from 'vitest'
import { certificateOf, verdictOf } from '../report/certificate.case.ts'
import { compare } from './compare.ts'

test('nothing has changed', () => {
  expect(compare(certificateOf(), certificateOf({ seed: 7, runs: 1, tookMs: 5 }))).toEqual([])
})

test('what changed, came and went, in the order of the later one', () => {
  const before = certificateOf({ verdicts: [verdictOf('delivery/1'), verdictOf('retry/9'), verdictOf('delivery/2')] })
  const after = certificateOf({
    certified: false,
    verdicts: [verdictOf('delivery/2', { verdict: 'fail' }), verdictOf('delivery/1'), verdictOf('breaker/1')],
    environment: { ...before.environment, node: '24.1.0', client: 'kafkajs 2.2.4' },
  })
  expect(compare(before, after)).toEqual([
    { what: 'certified', before: 'yes', after: 'no' },
    { what: 'node', before: '20.20.2', after: '24.1.0' },
    { what: 'client', before: 'absent', after: 'kafkajs 2.2.4' },
    { what: 'delivery/2', before: 'pass', after: 'fail' },
    { what: 'breaker/1', before: 'absent', after: 'pass' },
    { what: 'retry/9', before: 'pass', after: 'absent' },
  ])
})
