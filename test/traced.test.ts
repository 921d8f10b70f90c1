import { expect, test } from 'vitest'
import { certify } from '../harness/certify.ts'

test('metrics, spans and an audit trail around a bus break no clause', { timeout: 300_000 }, async () => {
  const { error, verdicts, runs } = await certify(new URL('fixtures/traced.ts', import.meta.url), {
    site: 'simulated',
    effort: 'quick',
    runs: 10,
    time: 240_000,
    lanes: 2,
    shrink: 0,
    failures: null,
  })
  expect(error).toBeNull()
  expect(runs).toBeGreaterThan(30)
  expect(verdicts.filter(({ verdict }) => verdict === 'fail').map(({ clause }) => clause)).toEqual([])
})
