/** Messages that handlers publish because of others. */
import { expect, test } from 'vitest'
import { certify } from '../harness/certify.ts'
import { consumer, fault, message, plan } from '../harness/plan/parts.case.ts'
import type { Plan } from '../harness/plan/plan.ts'

const violated = async (of: Plan): Promise<readonly string[]> => {
  const { verdicts, error } = await certify(new URL('../adapters/memory/enveloped.ts', import.meta.url), {
    site: 'simulated',
    lanes: 1,
    plans: [of],
    shrink: 0,
    failures: null,
  })
  expect(error).toBeNull()
  return verdicts.flatMap(({ clause, violations }) => (violations.length === 0 ? [] : [clause]))
}

test('a member that finishes the work of a dead group in the drain publishes nothing that could reach nobody', async () => {
  const of = plan({
    messages: [
      message({ at: 10, outcome: { kind: 'fails' }, body: 'text', key: 3 }),
      message({ at: 200, outcome: { kind: 'slow', ms: 10 }, body: 'text', key: -1, followUp: 'publish' }),
      message({ at: 200, outcome: { kind: 'slow', ms: 400 }, body: 'text', key: 2 }),
      message({ at: 200, body: 'text' }),
      message({ at: 200, body: 'text' }),
    ],
    faults: [fault('black-hole', { role: 'dead-letter', direction: 'up', at: 10, lasts: 100 })],
    kills: [{ node: 0, at: 200 }],
    consumers: [consumer()],
    nodes: 1,
    settings: {
      'consume.session': 500,
      'handling.base': 10,
      'handling.retries': 0,
      'publish.timeout': 1_000,
      'publish.deadline': 5_800,
      'retry.base': 100,
      'breaker.trip.failures': 1,
    },
  })
  expect(await violated(of)).toEqual([])
})

test('what is published in the handling of a message that was redelivered, and while the bus closes', async () => {
  const of = plan({
    messages: [0, 20, 40, 60].map((at) => message({ at, followUp: 'publish', outcome: { kind: 'slow', ms: 30 } })),
    faults: [fault('reset', { role: 'consume', at: 50 })],
    closes: [{ node: 0, at: 75, calls: 1 }],
    nodes: 2,
    consumers: [consumer(), consumer({ node: 1, group: 1 })],
  })
  expect(await violated(of)).toEqual([])
})
