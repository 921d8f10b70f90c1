import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Bus, Message, Observation, Receipt, Site } from '../../harness/adapter.ts'
import { fixed, resolveClaims } from '../../harness/claims.ts'
import { createResilientBus } from './bus.ts'
import { resilientClaims } from './claims.ts'
import { CODES, ResilienceError } from './errors.ts'

const BROKEN = new ResilienceError(CODES.connection, 'broken', { effect: 'none', retryable: true })
const CLAIMS = {
  ...resilientClaims,
  messages: { tombstones: true, repeatedHeaders: true, maxBytes: 3 },
  breaker: {
    ...resilientClaims.breaker,
    trip: { when: 'consecutive-failures', failures: fixed(1) },
    reset: fixed(1_000),
  },
  retry: { ...resilientClaims.retry, retries: fixed(0) },
} as const

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

/** A bus that takes 10 ms for each message, and fails for those whose value begins with an x. */
function open(more: Partial<typeof CLAIMS> & { degradation?: { capacity: { fixed: number }; code: string } } = {}) {
  const told: Observation[] = []
  const site: Pick<Site, 'claims' | 'observe'> = {
    claims: resolveClaims({ ...CLAIMS, ...more }, {}),
    observe: (observation) => void told.push(observation),
  }
  const send = async ({ value }: Message): Promise<Receipt> => {
    await new Promise((resolve) => setTimeout(resolve, 10))
    if (value?.[0] === 120) throw BROKEN
    return { status: 'acknowledged' }
  }
  const member = (): never => {
    throw new Error('no test subscribes')
  }
  return { bus: createResilientBus(site as Site, { send, member, disconnect: async () => undefined }), told }
}

const message = (text: string): Message => ({ topic: 't', key: null, value: Buffer.from(text), headers: [] })
const batchOf = (...texts: readonly string[]) => texts.map((text) => ({ message: message(text), op: text }))

/** Whether it has resolved by now. */
function watch(work: Promise<unknown> | undefined): { isOver: boolean } {
  const seen = { isOver: false }
  void work?.then(() => {
    seen.isOver = true
  })
  return seen
}

test('each message of a batch has an outcome of its own', async () => {
  const { bus } = open()
  const publishing = bus.publishBatch?.(batchOf('a', 'long', 'x', 'b'))
  await vi.advanceTimersByTimeAsync(10)
  expect(await publishing).toMatchObject([
    { status: 'acknowledged' },
    { status: 'failed', error: { code: CODES.invalid, effect: 'none', retryable: false } },
    { status: 'failed', error: { code: CODES.connection } },
    { status: 'acknowledged' },
  ])
})

const publishings: readonly (readonly [string, (bus: Bus) => unknown])[] = [
  ['a publish', (bus) => bus.publish(message('a'), { op: 'a' })],
  ['a publish that fails', (bus) => bus.publish(message('x'), { op: 'x' }).catch(() => undefined)],
  ['a batch', (bus) => bus.publishBatch?.(batchOf('a', 'x', 'long'))],
]
test.each(publishings)('a flush waits for %s, and not for what comes later', async (_name, publish) => {
  const { bus } = open()
  publish(bus)
  const flushing = watch(bus.flush?.())
  await vi.advanceTimersByTimeAsync(9)
  expect(flushing.isOver).toBe(false)
  void bus.publish(message('b'), { op: 'b' }).catch(() => undefined)
  await vi.advanceTimersByTimeAsync(1)
  expect(flushing.isOver).toBe(true)
})

test('a flush with nothing under way resolves at once', async () => {
  await expect(open().bus.flush?.()).resolves.toBeUndefined()
})

test('a flush waits for what is queued, until it has gone out or the bus is closed', async () => {
  const { bus, told } = open({ degradation: { capacity: { fixed: 5 }, code: 'QUEUE_FULL' } })
  void bus.publish(message('x'), { op: 'trips' }).catch(() => undefined)
  await vi.advanceTimersByTimeAsync(10)
  const outcomes = bus.publishBatch?.(batchOf('a', 'b'))
  expect(await outcomes).toEqual([{ status: 'queued' }, { status: 'queued' }])
  const flushing = watch(bus.flush?.())
  await vi.advanceTimersByTimeAsync(900)
  expect(flushing.isOver).toBe(false)
  await vi.advanceTimersByTimeAsync(200)
  expect(told.filter(({ type }) => type === 'settled')).toHaveLength(2)
  expect(flushing.isOver).toBe(true)
})
