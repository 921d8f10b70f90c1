import { CloudEvent, Kafka } from 'cloudevents'
import { describe, expect, test } from 'vitest'
import type { Header, Message } from '../../harness/adapter.ts'
import type { EnvelopeClaim } from '../../harness/claims.ts'
import { onexEnvelope } from '../onex/envelope.ts'
import { cloudEvents, createEnvelope } from './index.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const message = (fields: Readonly<Record<string, string>> = {}, more: readonly Header[] = []): Message => ({
  topic: 't',
  key: bytes('k'),
  value: bytes('{"amount":1}'),
  headers: [...Object.entries(fields).map(([name, value]): Header => [name, bytes(value)]), ...more],
})
const fieldsOf = ({ headers }: Message): Readonly<Record<string, string>> =>
  Object.fromEntries(headers.map(([name, value]) => [name, new TextDecoder().decode(value)]))
const UUID = '0b2f4c1e-8f0a-4e57-9d55-0123456789ab'
const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

test.each([
  [0, 0, 0],
  // Six standard deviations are 57.
  [0.1, 43, 157],
  [1, 1_000, 1_000],
])('of new traces a share of %d is sampled, and traces that go on stay as they are', (sampleRate, least, most) => {
  const { seal } = createEnvelope(onexEnvelope({}), { sampleRate })
  const flagsOf = (given: Message, cause?: Message) => fieldsOf(seal(given, cause).message).traceparent?.slice(-2)
  const sampled = Array.from({ length: 1_000 }, () => flagsOf(message())).filter((flags) => flags === '01')
  expect(sampled.length).toBeGreaterThanOrEqual(least)
  expect(sampled.length).toBeLessThanOrEqual(most)
  expect(flagsOf(message({ traceparent: PARENT }))).toBe('01')
  expect(flagsOf(message(), message({ traceparent: PARENT }))).toBe('01')
})

describe('the envelope of ONEX', () => {
  const { seal } = createEnvelope(onexEnvelope({ 'node.registered': ['NODE_REGISTERED'] }))

  test('what is left out is made, or has its default', () => {
    const { message: sealed, correlationId } = seal(message())
    const fields = fieldsOf(sealed)
    expect(fields).toEqual({
      message_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      correlation_id: correlationId,
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      category: 'EVENT',
      content_type: 'application/json',
      schema_version: '1.0.0',
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
      priority: 'normal',
      retry_count: '0',
      max_retries: '3',
    })
    expect(fieldsOf(seal(message()).message).message_id).not.toBe(fields.message_id)
  })

  test('what is given stays, an event type by its one name, and headers of the application too', () => {
    const given = {
      message_id: UUID,
      correlation_id: UUID,
      timestamp: '2026-01-31T14:00:00+02:00',
      event_type: 'NODE_REGISTERED',
      category: 'INTENT',
      priority: 'critical',
      retry_count: '2',
      ttl_seconds: '60',
      traceparent: PARENT,
      source: 'Größe',
    }
    const own: Header = ['tenant', Uint8Array.of(0xff, 0x00)]
    const { message: sealed, correlationId } = seal(message(given, [own]))
    expect(fieldsOf(sealed)).toMatchObject({ ...given, event_type: 'node.registered' })
    expect(correlationId).toBe(UUID)
    expect(sealed.headers[0]).toBe(own)
    expect(fieldsOf(seal(message({ event_type: 'unheard.of' })).message)).toMatchObject({ event_type: 'unheard.of' })
  })

  test('a message takes over the correlation and the trace of its cause, and names it', () => {
    const cause = seal(message({ traceparent: PARENT })).message
    const { message_id, correlation_id } = fieldsOf(cause)
    const { message: sealed, correlationId } = seal(message(), cause)
    const fields = fieldsOf(sealed)
    expect(fields).toMatchObject({ correlation_id, causation_id: message_id })
    expect(fields.traceparent).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$/)
    expect(correlationId).toBe(correlation_id)
    expect(fieldsOf(seal(message({ correlation_id: UUID }), cause).message)).toMatchObject({ correlation_id: UUID })
  })

  test('a cause that has no envelope', () => {
    const fields = fieldsOf(seal(message(), message()).message)
    expect(fields.correlation_id).toMatch(/^[0-9a-f-]{36}$/)
    expect(fields).not.toHaveProperty('causation_id')
  })

  test('what a cause has that the fields do not take is not taken over', () => {
    const foreign = message({ message_id: 'x', correlation_id: '17', traceparent: 'none' }, [
      ['correlation_id', bytes('18')],
    ])
    const fields = fieldsOf(seal(message(), foreign).message)
    expect(fields).toMatchObject({
      correlation_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-/),
    })
    expect(fields).not.toHaveProperty('causation_id')
  })

  test.each([
    ['category', 'PROJECTION', 'category is "PROJECTION", but must be one of EVENT, COMMAND, INTENT'],
    ['priority', 'NORMAL', 'priority is "NORMAL", but must be one of low, normal, high, critical'],
    ['message_id', '17', 'message_id is "17", but must be a UUID'],
    ['timestamp', '2026-02-31T12:00:00Z', 'timestamp is "2026-02-31T12:00:00Z", but must be a time as ISO 8601'],
    ['timestamp', 'today', 'timestamp is "today", but must be a time as ISO 8601'],
    ['retry_count', '-1', 'retry_count is "-1", but must be a whole number from 0 to 2147483647'],
    ['retry_count', '1.5', 'retry_count is "1.5", but must be a whole number'],
    ['ttl_seconds', '', 'ttl_seconds is "", but must be a whole number'],
    ['traceparent', `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`, 'must be a traceparent as in W3C Trace Context'],
    ['category', 'constructor', 'category is "constructor", but must be one of'],
  ])('%s cannot be %s', (name, value, sentence) => {
    expect(() => seal(message({ [name]: value }))).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(sentence),
        code: 'INVALID_MESSAGE',
        effect: 'none',
        retryable: false,
      }),
    )
  })

  test('a field that is there twice, or no text', () => {
    const twice = message({ source: 'a' }, [['source', bytes('b')]])
    expect(() => seal(twice)).toThrow('source is there 2 times: give it once')
    expect(() => seal(message({}, [['source', Uint8Array.of(0xff)]]))).toThrow('source is no text in UTF-8')
  })
})

describe('CloudEvents', () => {
  const { seal } = createEnvelope(cloudEvents({ source: '/orders', type: 'orders.changed' }))
  /** What the SDK of CloudEvents reads from the headers. */
  const read = (sealed: Message): CloudEvent<unknown> => {
    const headers = { ...fieldsOf(sealed), 'content-type': 'application/json' }
    const record = { headers, body: { amount: 1 }, key: 'k', value: { amount: 1 } }
    const [event] = [Kafka.toEvent(record)].flat()
    if (!(event instanceof CloudEvent)) throw new Error('the SDK read no event')
    return event
  }

  test('the SDK takes what is made for an event', () => {
    const { message: sealed, correlationId } = seal(message())
    const event = read(sealed)
    expect(event.validate()).toBe(true)
    expect(event).toMatchObject({
      source: '/orders',
      type: 'orders.changed',
      specversion: '1.0',
      correlationid: correlationId,
    })
    expect(event.id).toBe(fieldsOf(sealed).ce_id)
  })

  test('the attributes that the SDK writes stay', () => {
    const fields = {
      ce_id: UUID,
      ce_source: '/stock',
      ce_type: 'stock.low',
      ce_specversion: '1.0',
      ce_subject: 'shelf 9',
    }
    const { message: sealed } = seal(message(fields))
    expect(read(sealed)).toMatchObject({ id: UUID, source: '/stock', type: 'stock.low', subject: 'shelf 9' })
    expect(() => seal(message({ ce_specversion: '0.3' }))).toThrow('ce_specversion is "0.3", but must be one of 1.0')
  })
})

test('a claim that names a field which is none', () => {
  expect(() => createEnvelope({ fields: {}, correlationId: 'correlation' })).toThrow(
    'the envelope has no field correlation: add it to its fields',
  )
})

test('an envelope without a correlation', () => {
  const claim: EnvelopeClaim = { fields: { source: { type: 'text' } } }
  expect(createEnvelope(claim).seal(message())).toEqual({ message: message(), correlationId: undefined })
})
