import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Bus, Delivery, Handler, Message, Observation, Receipt, Site } from '../../harness/adapter.ts'
import { type AuditEvent, logTo, withAudit } from './audit.ts'

beforeEach(() => void vi.useFakeTimers({ now: Date.parse('2026-01-31T12:00:00Z') }))
afterEach(() => void vi.useRealTimers())

const AT = '2026-01-31T12:00:00.000Z'
const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const MESSAGE: Message = {
  topic: 'orders',
  key: null,
  value: null,
  headers: [
    ['message_id', text('m-1')],
    ['correlation_id', text('c-1')],
    ['traceparent', text('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')],
  ],
}
const IDS = { messageId: 'm-1', correlationId: 'c-1', traceId: '0af7651916cd43dd8448eb211c80319c' }
const POSITION = { topic: 'orders', partition: 2, offset: 7 }

/** A bus whose publishes settle as they are told to. */
function audited(receipts: readonly (Receipt | Error)[] = []) {
  const told: AuditEvent[] = []
  const observed: Observation[] = []
  const left = [...receipts]
  let observe: Site['observe'] = () => undefined
  let handler: Handler = async () => undefined
  const site = { observe: (one: Observation) => void observed.push(one) } as unknown as Site
  const publish: Bus['publish'] = async () => {
    const next = left.shift() ?? new Error('nothing is left')
    if (next instanceof Error) throw next
    return next
  }
  const bus = withAudit(
    site,
    (inner) => {
      observe = inner.observe
      return {
        publish,
        publishBatch: async (batch) =>
          await Promise.all(
            batch.map(({ message, op }) =>
              publish(message, { op }).catch((error: Error) => ({ status: 'failed', error }) as never),
            ),
          ),
        subscribe: async (_, handle) => {
          handler = handle
          return { close: async () => undefined }
        },
        close: async () => undefined,
      }
    },
    { audit: (event) => told.push(event), envelope: { messageId: 'message_id', correlationId: 'correlation_id' } },
  )
  const deliver = (more: Partial<Delivery> = {}) =>
    handler({ message: MESSAGE, position: POSITION, attempt: 1, ...more })
  return { bus, told, observed, observe: (one: Observation) => observe(one), deliver }
}

const ACKNOWLEDGED = { status: 'acknowledged' } as const
const QUEUED = { status: 'queued' } as const
const FAILED = { code: expect.any(String), message: 'no broker', retryable: expect.any(Boolean) }
const SUBSCRIPTION = { consumer: 'c', group: 'billing', topics: ['orders'], from: 'earliest' } as const

test('publishes, alone and in a batch', async () => {
  const { bus, told } = audited([ACKNOWLEDGED, new Error('no broker'), ACKNOWLEDGED, new Error('no broker')])
  expect(await bus.publish(MESSAGE, { op: 'a' })).toBe(ACKNOWLEDGED)
  await expect(bus.publish(MESSAGE, { op: 'b' })).rejects.toThrow('no broker')
  await bus.publishBatch?.([
    { message: MESSAGE, op: 'c' },
    { message: { ...MESSAGE, headers: [] }, op: 'd' },
  ])
  expect(told).toEqual([
    { at: AT, event: 'published', topic: 'orders', ...IDS },
    { at: AT, event: 'publish-failed', topic: 'orders', ...IDS, error: FAILED },
    { at: AT, event: 'published', topic: 'orders', ...IDS },
    { at: AT, event: 'publish-failed', topic: 'orders', error: FAILED },
  ])
})

test('what is queued is told again when it has settled', async () => {
  const { bus, told, observed, observe } = audited([QUEUED, QUEUED])
  await bus.publish(MESSAGE, { op: 'a' })
  observe({ type: 'settled', op: 'a', status: 'acknowledged' })
  const publishing = bus.publish(MESSAGE, { op: 'b' })
  observe({ type: 'settled', op: 'b', status: 'failed', error: new Error('no broker') as never })
  await publishing
  expect(told.map(({ event, messageId }) => [event, messageId])).toEqual([
    ['queued', 'm-1'],
    ['published', 'm-1'],
    ['publish-failed', 'm-1'],
  ])
  expect(observed).toHaveLength(2)
})

test('handling, its retries, and the dead letter have the ids of the message', async () => {
  const { bus, told, observe, deliver } = audited()
  let fails = true
  await bus.subscribe(SUBSCRIPTION, async () => {
    if (fails) throw new Error('no broker')
  })
  const place = { group: 'billing', ...POSITION, ...IDS }
  await expect(deliver()).rejects.toThrow('no broker')
  observe({ type: 'dead-lettered', consumer: 'c', group: 'billing', position: POSITION })
  fails = false
  await deliver({ attempt: 2 })
  // Of a message whose handling has ended, or never began, only the place is known.
  observe({ type: 'skipped', consumer: 'c', group: 'billing', position: POSITION, why: 'duplicate' })
  expect(told).toEqual([
    { at: AT, event: 'handler-failed', attempt: 1, ...place, error: FAILED },
    { at: AT, event: 'dead-lettered', ...place },
    { at: AT, event: 'handled', attempt: 2, ...place },
    { at: AT, event: 'skipped', group: 'billing', ...POSITION, to: 'duplicate' },
  ])
})

test('a logger gets each event at its level, and nothing is kept of messages that other members took over', async () => {
  const { bus, observe, told, deliver } = audited()
  await bus.subscribe(SUBSCRIPTION, () => Promise.reject(new Error('no broker')))
  for (let offset = 0; offset <= 1_000; offset++)
    await deliver({ position: { ...POSITION, offset } }).catch(() => undefined)
  const lettered = (offset: number): AuditEvent | undefined => {
    observe({ type: 'dead-lettered', consumer: 'c', group: 'billing', position: { ...POSITION, offset } })
    return told.at(-1)
  }
  expect(lettered(0)).not.toHaveProperty('messageId')
  expect(lettered(1)).toHaveProperty('messageId', 'm-1')
  observe({ type: 'breaker-changed', from: 'closed', to: 'open' })
  const lines: unknown[] = []
  const line = (level: string) => (fields: object, message: string) => void lines.push([level, message, fields])
  const log = logTo({ info: line('info'), warn: line('warn'), error: line('error') })
  for (const event of told.slice(-2)) log(event)
  expect(lines).toEqual([
    ['error', 'dead-lettered', { at: AT, group: 'billing', ...POSITION, offset: 1, ...IDS }],
    ['warn', 'breaker-changed', { at: AT, to: 'open' }],
  ])
})
