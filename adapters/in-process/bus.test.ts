import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Delivery, Handler, Message, Observation } from '../../harness/adapter.ts'
import { resolveClaims } from '../../harness/claims.ts'
import { createInProcessBus, type InProcessBus, type InProcessOptions } from './bus.ts'
import adapter from './index.ts'

const SETTINGS = {
  'handling.retries': 1,
  'handling.base': 10,
  'subscriberBreaker.failures': 2,
  'subscriberBreaker.reset': 1_000,
}
const PERMANENT = Object.assign(new Error('it is no order'), { retryable: false })

let observed: Observation[] = []
const open = (options: InProcessOptions = {}): InProcessBus => {
  const site = {
    prefix: '',
    claims: resolveClaims(adapter.claims, SETTINGS),
    observe: (observation: Observation) => void observed.push(observation),
  }
  return createInProcessBus(site, options)
}
const text = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString()
const message = (value: string, topic = 't'): Message => ({ topic, key: null, value: Buffer.from(value), headers: [] })
const send = (bus: InProcessBus, value: string, topic = 't') => bus.publish(message(value, topic), { op: value })
const join = (
  bus: InProcessBus,
  handle: Handler,
  { group = 'g', topic = 't', consumer = 'c', from = 'earliest' as 'earliest' | 'latest' } = {},
) => bus.subscribe({ consumer, group, topics: [topic], from }, handle)

/** Takes what it is given, in order, and rejects what `rejects` says. */
function handler(rejects: (value: string) => unknown = () => null) {
  const got: string[] = []
  const handle: Handler = async ({ message, attempt }: Delivery) => {
    got.push(attempt === 1 ? text(message.value) : `${text(message.value)} again`)
    const error = rejects(text(message.value))
    if (error != null) throw error
  }
  return { got, handle }
}

beforeEach(() => {
  observed = []
  vi.useFakeTimers()
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})
const elapse = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)

describe('a group', () => {
  test('gets the messages first in, first out, whichever member takes them', async () => {
    const bus = open()
    const { got, handle } = handler()
    await join(bus, handle, { consumer: 'c1' })
    await join(bus, handle, { consumer: 'c2' })
    for (const value of ['a', 'b', 'c']) await send(bus, value)
    await elapse(0)
    expect(got).toEqual(['a', 'b', 'c'])
  })

  test('gets nothing behind a message that is tried again, which then is dead-lettered', async () => {
    const bus = open()
    const { got, handle } = handler((value) => (value === 'a' ? new Error('no') : null))
    await join(bus, handle)
    for (const value of ['a', 'b']) await send(bus, value)
    await elapse(0)
    expect(got).toEqual(['a'])
    await elapse(10)
    expect(got).toEqual(['a', 'a again'])
    const letters = bus.history('t.dlq')
    expect(
      letters.map(({ message }) => [
        text(message.value),
        text(message.headers.find(([name]) => name === 'attempts')?.[1]),
      ]),
    ).toEqual([['a', '2']])
    expect(observed).toEqual([
      { type: 'dead-lettered', consumer: 'c', group: 'g', position: { topic: 't', partition: 0, offset: 0 } },
    ])
    await elapse(1_000)
    expect(got).toEqual(['a', 'a again', 'b'])
  })

  test('that fails rests, is probed, and stops no other', async () => {
    const bus = open()
    const failing = handler((value) => (value < 'd' ? PERMANENT : null))
    const other = handler()
    await join(bus, failing.handle)
    await join(bus, other.handle, { group: 'h' })
    for (const value of ['a', 'b', 'c', 'd', 'e']) await send(bus, value)
    await elapse(999)
    expect([failing.got, other.got]).toEqual([
      ['a', 'b'],
      ['a', 'b', 'c', 'd', 'e'],
    ])
    await elapse(1)
    expect(failing.got).toEqual(['a', 'b', 'c'])
    await elapse(1_000)
    expect(failing.got).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  test('that reads dead letters and fails leaves them where they are', async () => {
    const bus = open()
    await join(bus, handler(() => PERMANENT).handle)
    await join(bus, handler(() => PERMANENT).handle, { topic: 't.dlq' })
    await send(bus, 'a')
    await elapse(0)
    expect(bus.history().map(({ position }) => position.topic)).toEqual(['t', 't.dlq'])
  })

  test('that comes late gets what the history still has, or what follows', async () => {
    const bus = open({ history: 2 })
    for (const value of ['a', 'b', 'c']) await send(bus, value)
    const [early, late] = [handler(), handler()]
    await join(bus, early.handle)
    await join(bus, late.handle, { group: 'h', from: 'latest' })
    await send(bus, 'd')
    await elapse(0)
    expect([early.got, late.got]).toEqual([['b', 'c', 'd'], ['d']])
  })

  test('keeps its messages while it has no member', async () => {
    const bus = open()
    const { got, handle } = handler()
    const member = await join(bus, handle)
    await member.close()
    await send(bus, 'a')
    await elapse(0)
    expect(got).toEqual([])
    await join(bus, handle, { consumer: 'c2' })
    await elapse(0)
    expect(got).toEqual(['a'])
  })
})

describe('the bus', () => {
  test('keeps the last messages of all topics', async () => {
    const bus = open({ history: 3 })
    for (const [value, topic] of [
      ['a', 't'],
      ['b', 'u'],
      ['c', 't'],
      ['d', 't'],
    ] as const)
      await send(bus, value, topic)
    const values = (topic?: string) => bus.history(topic).map(({ message }) => text(message.value))
    expect([values(), values('t'), values('u')]).toEqual([['b', 'c', 'd'], ['c', 'd'], ['b']])
  })

  test('waits for running handlers when it closes, and then keeps nothing', async () => {
    const bus = open()
    let end = (): void => undefined
    const handling = new Promise<void>((resolve) => {
      end = resolve
    })
    await join(bus, () => handling)
    await send(bus, 'a')
    await send(bus, 'b')
    let isClosed = false
    const closing = Promise.all([bus.close(), bus.close()]).then(() => {
      isClosed = true
    })
    await elapse(10)
    expect(isClosed).toBe(false)
    end()
    await closing
    expect(bus.history()).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
    await expect(send(bus, 'c')).rejects.toMatchObject({ code: 'CLOSED', effect: 'none', retryable: false })
  })

  test('leaves no timer when it closes while a group rests', async () => {
    const bus = open()
    await join(bus, handler(() => PERMANENT).handle)
    for (const value of ['a', 'b', 'c']) await send(bus, value)
    await elapse(10)
    expect(vi.getTimerCount()).toBe(1)
    await bus.close()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('refuses what no bus can take, and what was aborted', async () => {
    const bus = open()
    await expect(send(bus, 'a', '')).rejects.toMatchObject({ code: 'INVALID_MESSAGE', effect: 'none' })
    const signal = AbortSignal.abort()
    await expect(bus.publish(message('a'), { op: 'a', signal })).rejects.toMatchObject({ code: 'ABORTED' })
    expect(bus.history()).toEqual([])
  })

  test('needs the claims that it is configured from', () => {
    const { subscriberBreaker: _, ...claims } = resolveClaims(adapter.claims, {})
    expect(() => createInProcessBus({ prefix: '', claims, observe: () => undefined })).toThrow(
      'this bus needs the claims',
    )
  })
})
