import { expect, test } from 'vitest'
import { STORY_CLAIMS } from '../check/testing/claims.case.ts'
import { exampleClaims } from '../plan/claims.case.ts'
import type { Asked } from './descriptor.ts'
import { metrics, scrapeMetrics, selected } from './metrics.ts'

test.each([
  ['a_total', { name: 'a_total', labels: {} }],
  ['a_total{outcome="ok"}', { name: 'a_total', labels: { outcome: 'ok' } }],
  ['a{route="/x/{id}",outcome="ok"}', { name: 'a', labels: { route: '/x/{id}', outcome: 'ok' } }],
])('%s selects', (selector, expected) => {
  expect(selected(selector)).toEqual(expected)
  expect(metrics.shape().safeParse({ handled: selector }).success).toBe(true)
})

test.each(['', 'a-b', 'a{', 'a{}', 'a{b=c}', 'a{b="c"', 'a b', '{b="c"}', 'a{b=~"c"}'])(
  '%j selects nothing',
  (selector) => {
    expect(metrics.shape().safeParse({ handled: selector }).success).toBe(false)
  },
)

test.each([
  [{}, 'metrics is claimed without any metric.'],
  [{ queued: 'q' }, 'metrics.queued is claimed without degradation.'],
  [{ breaker: 'b' }, 'metrics.breaker is claimed without breaker.'],
  [{ deadLettered: 'd' }, 'metrics.deadLettered is claimed without deadLetter.'],
  [{ health: 'h' }, 'metrics.health is claimed without health.'],
  [{ handled: 'h' }, null],
])('%j', (claim, contradiction) => {
  const { breaker: _, deadLetter: __, health: ___, ...plain } = exampleClaims
  expect(metrics.contradiction(claim, plain)).toBe(contradiction)
})

test('of a scrape only what is claimed is kept, and each line with a secret', async () => {
  const told: unknown[] = []
  const text = 'a_total{outcome="ok"} 1\nother{of="secret"} 2\nb NaN\n'
  const asked = {
    bus: { metrics: async () => text },
    claims: { ...STORY_CLAIMS, metrics: { acknowledged: 'a_total{outcome="ok"}', handled: 'b' } },
    tell: (event: unknown) => void told.push(event),
    redacted: (given: unknown) => JSON.parse(JSON.stringify(given).replaceAll('secret', '[secret:password]')),
    check: (_: unknown, given: unknown) => given,
  } as unknown as Asked
  await scrapeMetrics(asked, 's1')
  expect(told).toEqual([
    { type: 'scrape', scrape: 's1' },
    {
      type: 'scraped',
      scrape: 's1',
      samples: [
        { name: 'a_total', labels: { outcome: 'ok' }, value: 1 },
        { name: 'b', labels: {}, value: null },
      ],
      leaked: ['other{of="[secret:password]"} 2'],
    },
  ])
})
