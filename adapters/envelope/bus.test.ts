import { expect, test } from 'vitest'
import type { Bus, Message, PublishOptions } from '../../harness/adapter.ts'
import type { EnvelopeClaim } from '../../harness/claims.ts'
import { CODES, ResilienceError } from '../resilience/index.ts'
import { withEnvelope } from './index.ts'

const claim: EnvelopeClaim = {
  fields: { id: { type: 'uuid', absent: 'generated' }, hops: { type: 'integer' }, cause: { type: 'uuid' } },
  messageId: 'id',
  correlationId: 'id',
  causationId: 'cause',
}
const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const message = (headers: Message['headers'] = []): Message => ({ topic: 't', key: null, value: null, headers })
const down = new ResilienceError(CODES.connection, 'no connection', { effect: 'unknown', retryable: true })

function busOf(publish: Bus['publish'], more: Partial<Bus> = {}) {
  const seen: Message[] = []
  const inner: Bus = {
    publish: (given, options) => {
      seen.push(given)
      return publish(given, options)
    },
    subscribe: () => Promise.reject(new Error('no consumers here')),
    close: () => Promise.resolve(),
    ...more,
  }
  return { bus: withEnvelope(inner, claim), seen }
}
const idOf = ({ headers }: Message): string =>
  new TextDecoder().decode(headers.find(([name]) => name === 'id')?.[1] ?? text('none'))

test('each error has the correlation id of its own message, though publishes share one error', async () => {
  const { bus, seen } = busOf(() => Promise.reject(down))
  const errors = await Promise.all(
    ['a', 'b'].map((op) => bus.publish(message(), { op }).catch((error: unknown) => error)),
  )
  expect(errors).toMatchObject(
    seen.map((one) => ({
      code: CODES.connection,
      message: 'no connection',
      effect: 'unknown',
      retryable: true,
      correlationId: idOf(one),
    })),
  )
  expect(new Set(seen.map(idOf)).size).toBe(2)
  expect(down).not.toHaveProperty('correlationId')
})

test('a message that is refused reaches no bus', async () => {
  const { bus, seen } = busOf(() => Promise.resolve({ status: 'acknowledged' }))
  await expect(bus.publish(message([['hops', text('many')]]), { op: 'a' })).rejects.toThrow('hops is "many"')
  expect(seen).toEqual([])
})

test('the cause is named', async () => {
  const given: PublishOptions[] = []
  const { bus, seen } = busOf((_, options) => {
    given.push(options)
    return Promise.resolve({ status: 'acknowledged' })
  })
  await bus.publish(message(), { op: 'a' })
  const [cause = message()] = seen
  await bus.publish(message(), { op: 'b', cause })
  expect(idOf(seen[1] ?? message())).toBe(idOf(cause))
  expect(seen[1]?.headers).toContainEqual(['cause', text(idOf(cause))])
})

test('a batch has an outcome for each message, in order, though some are refused', async () => {
  const publishBatch: Bus['publishBatch'] = (batch) =>
    Promise.resolve(
      batch.map(({ op }) => (op === 'c' ? { status: 'failed', error: down } : { status: 'acknowledged' })),
    )
  const { bus } = busOf(() => Promise.reject(down), { publishBatch })
  const bad = message([['hops', text('many')]])
  const outcomes = await bus.publishBatch?.([
    { message: message(), op: 'a' },
    { message: bad, op: 'b' },
    { message: message(), op: 'c' },
  ])
  expect(outcomes).toMatchObject([
    { status: 'acknowledged' },
    { status: 'failed', error: { code: CODES.invalid, effect: 'none' } },
    { status: 'failed', error: { code: CODES.connection, correlationId: expect.stringMatching(/-4/) } },
  ])
})

test('the event of a row has an envelope too', async () => {
  const written: Message[] = []
  const { bus } = busOf(() => Promise.reject(down), {
    write: (_row, event) => {
      written.push(event)
      return Promise.resolve({ status: 'stored', event: 'acknowledged' })
    },
  })
  const row = { id: 'r', values: { flag: true, count: 1, ratio: 0.5, label: '', note: null } }
  await bus.write?.(row, message(), { op: 'a', work: () => Promise.resolve() })
  expect(written.map(idOf)).toEqual([expect.stringMatching(/-4/)])
})
