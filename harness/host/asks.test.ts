import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Bus } from '../adapter.ts'
import { STORY_CLAIMS } from '../check/testing/claims.case.ts'
import { UsageError } from '../errors.ts'
import { plan } from '../plan/parts.case.ts'
import { askedOf, carryOutAsk } from './asks.ts'
import { checksFor } from './given.ts'
import type { Emit } from './host.ts'

type Told = Parameters<Emit>[0]

const failing = (): Promise<never> => Promise.reject(new Error('no hush for you'))

function asking(bus: Partial<Bus> = {}) {
  const events: Told[] = []
  const slips: unknown[] = []
  const checks = checksFor('a bus (./bus.ts)')
  const request = {
    adapter: { hangs: () => false, configure: failing, parseTopic: failing, printTopic: failing, tryOpen: failing },
    bus: { publish: failing, subscribe: failing, close: failing, ...bus },
    config: {
      node: 'n1',
      prefix: '',
      plan: plan({ forces: [{ node: 1, at: 5, isolated: 20, resets: 1 }] }),
      claims: STORY_CLAIMS,
      credentials: {},
      canaries: {},
      addresses: {},
      epoch: 0,
    },
    emit: (event: Told) => void events.push(event),
    at: () => 7,
    redact: (text: string) => text.replaceAll('hush', '***'),
    statistics: null,
    signals: { ended: () => undefined },
    watch: () => undefined,
    receipt: checks.receipt,
    given: checks.given,
    checked: <T>(check: () => T): T | null => {
      try {
        return check()
      } catch (error) {
        slips.push(error)
        return null
      }
    },
  }
  return { request, events, slips, asked: askedOf(request, ['a', 'b']) }
}

test('carries out the ask at this index of the plan', async () => {
  const forced: string[] = []
  const note = (to: string) => async () => void forced.push(to)
  const { request, events } = asking({ breaker: { isolate: note('isolate'), reset: note('reset') } })
  await carryOutAsk(request, { do: 'ask', ask: 1, topics: [] })
  expect(forced).toEqual(['reset'])
  expect(events).toEqual([
    { type: 'force', at: 7, node: 'n1', to: 'reset' },
    { type: 'forced', at: 7, node: 'n1', to: 'reset' },
  ])
})

test('a failure is recorded without secrets', async () => {
  const { request, events } = asking({ breaker: { isolate: failing, reset: failing } })
  await carryOutAsk(request, { do: 'ask', ask: 0, topics: [] })
  expect(events).toMatchObject([{ type: 'force' }, { type: 'forced', error: { message: 'no *** for you' } }])
})

test('a publish is recorded like that of any caller, and its receipt is checked', () => {
  const { asked, events, slips } = asking()
  const message = asked.message('asked-1', asked.topic(3))
  expect(message.topic).toBe('b')
  asked.publishing('asked-1', message).settled({ status: 'acknowledged' })
  asked.publishing('asked-2', message).failed(new Error('hush'))
  asked.publishing('asked-3', message).settled({ status: 'perhaps' })
  expect(events.filter(({ type }) => type === 'published')).toMatchObject([
    { op: 'asked-1', status: 'acknowledged' },
    { op: 'asked-2', status: 'failed', error: { message: '***' } },
    { op: 'asked-3', status: 'failed', error: { message: 'it returned no receipt' } },
  ])
  expect(slips).toHaveLength(1)
})

test('a value of the wrong shape is refused in a sentence', () => {
  const { asked, slips } = asking()
  expect(asked.check(z.array(z.string()), ['a'], 'names() did not return names')).toEqual(['a'])
  expect(asked.check(z.array(z.string()), [1], 'names() did not return names')).toBe(null)
  expect(slips).toEqual([expect.any(UsageError)])
  expect(String(slips[0])).toContain('a bus (./bus.ts): names() did not return names: [0]')
})
