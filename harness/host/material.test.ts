import { expect, test } from 'vitest'
import type { Observation } from '../adapter.ts'
import { createRedactor } from '../history/redact.ts'
import { observed } from './material.ts'

const SECRET = 'canary-4f2a9c'
const redact = createRedactor({ token: SECRET })
const told = (observation: Observation) => observed(observation, 'n0', 5, redact)

test('what an adapter tells becomes an event of its node', () => {
  expect(told({ type: 'attempt-began', op: 'm1', attempt: 1 })).toEqual({
    type: 'attempt-began',
    op: 'm1',
    attempt: 1,
    node: 'n0',
    at: 5,
  })
})

test.each<Observation>([
  { type: 'attempt-began', op: `m1 ${SECRET}`, attempt: 1 },
  { type: 'assigned', consumer: 'c', partitions: [{ topic: `t?token=${SECRET}`, partition: 0 }] },
  { type: 'committed', consumer: 'c', group: SECRET, topic: 't', partition: 0, next: 1 },
  { type: 'dead-lettered', consumer: 'c', group: 'g', position: { topic: SECRET, partition: 0, offset: 1 } },
  { type: 'settled', op: 'm1', status: 'acknowledged', position: { topic: SECRET, partition: 0, offset: 1 } },
  {
    type: 'settled',
    op: 'm1',
    status: 'failed',
    error: { code: 'NO', effect: 'none', retryable: false, message: `no ${SECRET}` },
  },
  {
    type: 'attempt-ended',
    op: 'm1',
    attempt: 1,
    outcome: 'failed',
    error: { code: 'NO', effect: 'none', retryable: false, message: `no ${SECRET}` },
  },
])('a secret in $type is named, and does not get into the history', (observation) => {
  const event = JSON.stringify(told(observation))
  expect(event).toContain('[secret:token]')
  expect(event).not.toContain(SECRET)
})
