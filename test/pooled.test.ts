import { expect, test } from 'vitest'
import { certify } from '../harness/certify.ts'

test('what publishes take from the pool comes back to it, and its statistics are true', {
  timeout: 60_000,
}, async () => {
  const only = ['resources/5', 'resources/6', 'resources/7']
  const { verdicts, error } = await certify(new URL('../adapters/memory/pooled.ts', import.meta.url), {
    site: 'simulated',
    seed: 1,
    runs: 10,
    lanes: 1,
    only,
    failures: null,
  })
  expect(error).toBeNull()
  const judged = verdicts.filter(({ clause }) => only.includes(clause))
  expect(judged.map(({ violations }) => violations)).toEqual([[], [], []])
  for (const { occasions } of judged) expect(occasions).toBeGreaterThan(0)
})
