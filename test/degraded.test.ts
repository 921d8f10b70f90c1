import { expect, test } from 'vitest'
import { certify } from '../harness/certify.ts'

test('a bus that queues while its breaker is open sends what waits in order, and tells truly what became of it', {
  timeout: 60_000,
}, async () => {
  const only = ['breaker/11', 'breaker/2', 'fail-fast/1', 'fail-fast/2', 'ordering/1', 'resources/3']
  const { verdicts, error } = await certify(new URL('../adapters/memory/degraded.ts', import.meta.url), {
    site: 'simulated',
    seed: 1,
    runs: 10,
    lanes: 1,
    only,
    failures: null,
  })
  expect(error).toBeNull()
  const judged = verdicts.filter(({ clause }) => only.includes(clause))
  expect(judged.map(({ violations }) => violations)).toEqual(only.map(() => []))
  for (const { occasions } of judged) expect(occasions).toBeGreaterThan(0)
})
