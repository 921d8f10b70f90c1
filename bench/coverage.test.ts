import { describe, expect, it } from 'vitest'
import type { Event } from '../harness/events/kinds.ts'
import { featuresOf } from './coverage.ts'

const fault = { fault: 0, kind: 'black-hole', role: 'publish' } as const
const error = { code: 'TIMEOUT', effect: 'unknown', retryable: true, message: 'no answer', causes: [] } as const

const EVENTS: readonly Event[] = [
  { type: 'published', at: 1, node: 'n0', op: 'm0', status: 'acknowledged' },
  { type: 'fault', at: 2, ...fault, direction: 'down' },
  { type: 'published', at: 3, node: 'n0', op: 'm1', status: 'failed', error },
  { type: 'published', at: 3, node: 'n0', op: 'm2', status: 'failed', error },
  { type: 'breaker-changed', at: 4, node: 'n0', from: 'closed', to: 'open' },
  { type: 'healed', at: 5, ...fault, landed: { connections: 1, bytes: 0 } },
  { type: 'closed', at: 6, node: 'n0', call: 0 },
  { type: 'closed', at: 6, node: 'n1', call: 0 },
]

describe('what a run reached', () => {
  it('is a change of a breaker, what was wrong, and what came of it, each once', () => {
    expect([...featuresOf(EVENTS)]).toEqual([
      'closed | nothing | published acknowledged well',
      'closed | black-hole down of publish | published failed TIMEOUT',
      'closed > open | black-hole down of publish | breaker-changed',
      'closed > open | nothing | closed',
      'closed | nothing | closed',
    ])
  })
})
