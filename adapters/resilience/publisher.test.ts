import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Message, Observation, Receipt, Site } from '../../harness/adapter.ts'
import { type Claims, fixed, resolveClaims } from '../../harness/claims.ts'
import { resilientClaims } from './claims.ts'
import { CODES, ResilienceError } from './errors.ts'
import { createPublisher, type Publisher } from './publisher.ts'

const MESSAGE: Message = { topic: 't', key: null, value: null, headers: [] }
const BROKEN = new ResilienceError(CODES.connection, 'broken', { effect: 'none', retryable: true })

/** Opens at the first failure, tries nothing again by itself, and has room for two. */
const CLAIMS: Claims = {
  ...resilientClaims,
  messages: { tombstones: true, repeatedHeaders: true, maxBytes: 100 },
  breaker: {
    ...resilientClaims.breaker,
    trip: { when: 'consecutive-failures', failures: fixed(1) },
    reset: fixed(1_000),
  },
  retry: { ...resilientClaims.retry, base: fixed(10), retries: fixed(0) },
  degradation: { capacity: fixed(2), code: 'QUEUE_FULL' },
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

/** A publisher whose breaker is open; `sent` are the messages that went out after that, and `broken` says whether they fail. */
async function open() {
  const told: Observation[] = []
  const sent: string[] = []
  const link = { broken: true }
  const claims = resolveClaims(CLAIMS, {})
  const site: Pick<Site, 'claims' | 'observe'> = { claims, observe: (observation) => void told.push(observation) }
  const send = async ({ key }: Message): Promise<Receipt> => {
    sent.push(Buffer.from(key ?? []).toString())
    if (link.broken) throw BROKEN
    return { status: 'acknowledged' }
  }
  const publisher = createPublisher(site as Site, send)
  await expect(publisher.publish(MESSAGE, { op: 'trips' })).rejects.toMatchObject({ code: CODES.connection })
  sent.length = 0
  const settled = () => told.flatMap((one) => (one.type === 'settled' ? [`${one.op} ${one.status}`] : []))
  const drained = () => told.filter(({ type }) => type === 'drained')
  return { publisher, sent, link, settled, drained }
}

const publish = (publisher: Publisher, op: string) => publisher.publish({ ...MESSAGE, key: Buffer.from(op) }, { op })

test('what is published while the breaker is open goes out by itself, in order, once it may', async () => {
  const { publisher, sent, link, settled, drained } = await open()
  expect(await publish(publisher, 'a')).toEqual({ status: 'queued' })
  expect(await publish(publisher, 'b')).toEqual({ status: 'queued' })
  await expect(publish(publisher, 'c')).rejects.toMatchObject({ code: 'QUEUE_FULL', effect: 'none' })
  await vi.advanceTimersByTimeAsync(900)
  expect(sent).toEqual([])
  link.broken = false
  await vi.advanceTimersByTimeAsync(200)
  expect(sent).toEqual(['a', 'b'])
  expect(settled()).toEqual(['a acknowledged', 'b acknowledged'])
  expect(drained()).toEqual([{ type: 'drained', recovered: 2, failed: 0 }])
  expect(await publish(publisher, 'd')).toEqual({ status: 'acknowledged' })
  await publisher.close()
})

test('what fails again stays the first', async () => {
  const { publisher, sent, link, settled } = await open()
  await publish(publisher, 'a')
  await publish(publisher, 'b')
  await vi.advanceTimersByTimeAsync(1_500)
  expect(sent).toEqual(['a'])
  expect(settled()).toEqual([])
  link.broken = false
  await vi.advanceTimersByTimeAsync(1_000)
  expect(sent).toEqual(['a', 'a', 'b'])
  await publisher.close()
})

test('a reset by hand sends what waits', async () => {
  const { publisher, sent, link } = await open()
  await publish(publisher, 'a')
  await publisher.breaker?.isolate()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(sent).toEqual([])
  link.broken = false
  await publisher.breaker?.reset()
  await vi.advanceTimersByTimeAsync(0)
  expect(sent).toEqual(['a'])
  await publisher.close()
})

test('what waits when it closes fails, and nothing is left running', async () => {
  const { publisher, sent, settled, drained } = await open()
  await publish(publisher, 'a')
  await publish(publisher, 'b')
  await publisher.close()
  expect(settled()).toEqual(['a failed', 'b failed'])
  expect(drained()).toEqual([{ type: 'drained', recovered: 0, failed: 2 }])
  expect(sent).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
})

test('what must be done when it resolves is never queued', async () => {
  const { publisher, settled } = await open()
  await expect(publisher.publishNow(MESSAGE, { op: 'now' })).rejects.toMatchObject({ code: CODES.breakerOpen })
  await publisher.close()
  expect(settled()).toEqual([])
})
