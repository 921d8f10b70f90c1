import { expect, test } from 'vitest'
import { createProducers } from './producers.ts'

test('who asks at once gets the same one, and every topic its own', async () => {
  const producers = createProducers(async (topic) => ({ topic }))
  const [first, second, other] = await Promise.all([producers.of('t'), producers.of('t'), producers.of('u')])
  expect(first).toBe(second)
  expect(await producers.of('t')).toBe(first)
  expect(other).toEqual({ topic: 'u' })
  expect(producers.totals()).toEqual([
    { topic: 't', total: 1 },
    { topic: 'u', total: 1 },
  ])
})
