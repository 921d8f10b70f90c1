import { describe, expect, test } from 'vitest'
import type { RetryClaim } from '../../harness/claims.ts'
import { backOff } from './back-off.ts'
import { type BreakerEvent, type BreakerState, type CountingBreaker, initialBreaker, stepBreaker } from './breaker.ts'
import { deadLetterFor } from './dead-letter.ts'
import { ResilienceError, sanitise, toBusError } from './errors.ts'
import { createRedrive, originalOf } from './redrive.ts'
import { createTurns } from './turns.ts'

const retry: RetryClaim<number> = {
  formula: 'exponential',
  base: 10,
  factor: 2,
  cap: 100,
  jitter: { low: 0.5, high: 1.5 },
  retries: 3,
}

describe('back-off', () => {
  test('grows from the base to the cap, with the jitter around it', () => {
    expect([0, 1, 2, 3, 4].map((n) => backOff(retry, n, () => 0.5))).toEqual([10, 20, 40, 80, 100])
    expect([backOff(retry, 0, () => 0), backOff(retry, 9, () => 1)]).toEqual([5, 150])
  })

  test('is finite and never negative up to the ten-thousandth retry', () => {
    for (let n = 0; n <= 10_000; n++) {
      const wait = backOff({ ...retry, cap: 1e9 }, n, Math.random)
      expect(wait >= 0 && Number.isFinite(wait)).toBe(true)
    }
  })
})

describe('the breaker', () => {
  const policy: CountingBreaker = {
    trip: { when: 'consecutive-failures', failures: 2 },
    reset: 100,
    halfOpen: { permits: 1, closeAfter: 2, reopenOn: 1 },
    retry: 'outside',
    code: 'OPEN',
  }
  const ask: BreakerEvent = { type: 'ask' }
  const ended = (
    state: BreakerState,
    result: 'good' | 'bad' | 'neither',
    generation = state.generation,
  ): BreakerEvent => ({ type: 'ended', generation, result })
  const reached = (state: BreakerState, results: readonly ('good' | 'bad' | 'neither')[], now = 0): BreakerState =>
    results.reduce((current, result) => stepBreaker(policy, current, ended(current, result), now).state, state)
  const open = reached(initialBreaker, ['bad', 'bad'])
  const halfOpen = stepBreaker(policy, open, ask, 100).state

  test('opens at so many failures in a row, and a success begins the count anew', () => {
    expect(reached(initialBreaker, ['bad', 'good', 'bad']).is).toBe('closed')
    expect(reached(initialBreaker, ['bad', 'neither', 'bad']).is).toBe('open')
  })

  test('refuses until the reset time has passed, then admits its permits', () => {
    expect(stepBreaker(policy, open, ask, 99.9).admitted).toBeNull()
    expect(stepBreaker(policy, open, ask, 100)).toMatchObject({ admitted: 2, state: { is: 'half-open', inFlight: 1 } })
    expect(stepBreaker(policy, halfOpen, ask, 101).admitted).toBeNull()
  })

  test('gives the permit back on every way out of a probe', () => {
    expect(reached(halfOpen, ['neither'])).toMatchObject({ is: 'half-open', inFlight: 0 })
    expect(reached(halfOpen, ['good'])).toMatchObject({ is: 'half-open', inFlight: 0, good: 1 })
  })

  test('closes after so many successes, opens again on a failure', () => {
    expect(reached(halfOpen, ['good', 'good'])).toEqual({ is: 'closed', generation: 3, failures: 0 })
    expect(reached(halfOpen, ['bad'], 150)).toEqual({ is: 'open', generation: 3, until: 250 })
  })

  test('takes no notice of results from an older generation', () => {
    expect(stepBreaker(policy, halfOpen, ended(halfOpen, 'good', 0), 120).state).toBe(halfOpen)
    expect(stepBreaker(policy, open, ended(open, 'bad', 0), 50).state).toBe(open)
  })
})

test('a dead letter keeps the message byte for byte and says where it came from', () => {
  const value = Uint8Array.of(0xff, 0x00)
  const letter = deadLetterFor(
    { naming: 'per-topic', name: '.dlq' },
    {
      message: { topic: 'orders', key: null, value, headers: [['h', Uint8Array.of(0xfe)]] },
      position: { topic: 'orders', partition: 2, offset: 7 },
      group: 'billing',
      attempts: 3,
      error: Object.assign(new Error('no db at postgres://app:hunter2@db/x'), { code: 'DOWN' }),
    },
    '',
  )
  const fields = Object.fromEntries(
    letter.headers.slice(1).map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]),
  )
  expect([letter.topic, letter.key, letter.value, letter.headers[0]]).toEqual([
    'orders.dlq',
    null,
    value,
    ['h', Uint8Array.of(0xfe)],
  ])
  expect(fields).toMatchObject({
    original_topic: 'orders',
    original_partition: '2',
    original_position: '7',
    original_group: 'billing',
    failure_reason: 'no db at postgres://***@db/x',
    error_type: 'DOWN',
    attempts: '3',
  })
})

test.each([
  [undefined, 'nothing was thrown', 'nothing'],
  [null, 'nothing was thrown', 'nothing'],
  ['out of paper', 'out of paper', 'string'],
  [{ message: 'out of paper', code: 'PAPER' }, 'out of paper', 'PAPER'],
  [new TypeError('out of paper'), 'out of paper', 'TypeError'],
])('a dead letter says why, whatever the handler threw: %s', (error, reason, type) => {
  const { headers } = deadLetterFor(
    { naming: 'per-topic', name: '.dlq' },
    {
      message: { topic: 'orders', key: null, value: null, headers: [] },
      position: { topic: 'orders', partition: 0, offset: 0 },
      group: 'billing',
      attempts: 1,
      error,
    },
    '',
  )
  const fields = Object.fromEntries(headers.map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]))
  expect(fields).toMatchObject({ failure_reason: reason, error_type: type })
})

test('what is redriven is the message that was dead-lettered, marked, and nothing else is redriven', async () => {
  const letters = { naming: 'per-topic', name: '.dlq' } as const
  // A careless application may have used one of the names itself.
  const message = {
    topic: 'orders',
    key: Uint8Array.of(1),
    value: null,
    headers: [['original_topic', Uint8Array.of(0xfe)] as const, ['h', Uint8Array.of(2)] as const],
  }
  const position = { topic: 'orders', partition: 2, offset: 7 }
  const letter = deadLetterFor(
    letters,
    { message, position, group: 'billing', attempts: 3, error: new Error('no') },
    '',
  )
  const mark = ['redriven', new TextEncoder().encode('true')] as const
  const original = { ...message, headers: [...message.headers, mark] }
  expect(originalOf(letter)).toEqual(original)
  expect(originalOf(message)).not.toBeNull()
  expect(originalOf({ ...message, headers: [] })).toBeNull()
  const ofNoMessage = { message, position, group: 'billing', attempts: 1, error: new Error('no'), isUnreadable: true }
  expect(originalOf(deadLetterFor(letters, ofNoMessage, ''))).toBeNull()

  const published: unknown[] = []
  const redrive = createRedrive(
    async () => [letter, { ...message, headers: [] }, { ...letter, topic: 'x', headers: [] }],
    async (sent, { op }) => {
      published.push([op, sent])
      return { status: 'acknowledged' }
    },
  )
  expect(await redrive('orders', { op: 'r' })).toBe(1)
  expect(await redrive('bills', { op: 's' })).toBe(0)
  expect(published).toEqual([['r/0', original]])
})

describe('errors', () => {
  test.each([
    ['amqp://u:p@host/x failed', 'amqp://***@host/x failed'],
    ['password=hunter2, user=me', 'password=***, user=me'],
    ['{"token": "abc"}', '{"token": "***"}'],
    ['nothing to hide', 'nothing to hide'],
  ])('%s is sanitised', (text, safe) => expect(sanitise(text)).toBe(safe))

  test('keep their causes, sanitised and without other properties', () => {
    const cause = Object.assign(new Error('password=x', { cause: new Error('token=y') }), {
      code: 'E',
      connectionString: 'secret',
    })
    const error = new ResilienceError('CODE', 'failed', { effect: 'none', retryable: true, cause })
    expect(error.cause).toMatchObject({ message: 'password=***', code: 'E', cause: { message: 'token=***' } })
    expect(JSON.stringify({ ...(error.cause as object) })).not.toContain('secret')
  })

  test('that is not classified may have been done', () => {
    expect(toBusError('odd')).toMatchObject({ effect: 'unknown', retryable: true, message: 'odd' })
  })
})

describe('turns', () => {
  const never = new Promise<never>(() => undefined)

  test('let one through after the other, and what gives up does not let the next one past those before', async () => {
    const turns = createTurns()
    const order: string[] = []
    const leaveFirst = await turns.enter('k', never)
    const second = turns.enter('k', Promise.reject(new Error('gave up'))).catch(() => order.push('second gave up'))
    const third = turns.enter('k', never).then((leave) => {
      order.push('third')
      leave()
    })
    await second
    order.push('first leaves')
    leaveFirst()
    await third
    expect(order).toEqual(['second gave up', 'first leaves', 'third'])
  })

  test('of other names do not wait', async () => {
    const turns = createTurns()
    await turns.enter('a', never)
    await turns.enter('b', never)
    await turns.enter(null, never)
    expect(await turns.enter(null, never)).toBeTypeOf('function')
  })
})
