import { beforeEach, describe, expect, test } from 'vitest'
import type { Wire } from '../../adapter.ts'
import type { FaultKind } from '../../faults.ts'
import type { PlannedFault } from '../../plan/plan.ts'
import { createRandom } from '../../random.ts'
import { VirtualClock } from '../../virtual-clock.ts'
import { SimulatedLink } from './network.ts'

let clock: VirtualClock
let link: SimulatedLink
let server: { heard: string; closed: (Error | null)[]; wire: Wire | null }

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (chunk: Uint8Array): string => new TextDecoder().decode(chunk)
const fault = (kind: FaultKind, more: Partial<PlannedFault> = {}): PlannedFault => ({
  kind,
  role: 'publish',
  direction: 'up',
  at: 0,
  lasts: 0,
  amount: 0,
  ...more,
})

/** Fires timers, with a turn for promises after each, until nothing is left. */
const settle = async (): Promise<void> => {
  do await new Promise((resolve) => setImmediate(resolve))
  while (clock.fireNext())
}

beforeEach(() => {
  clock = new VirtualClock()
  server = { heard: '', closed: [], wire: null }
  link = new SimulatedLink('publish', clock, createRandom(1), (wire) => {
    server.wire = wire
    wire.onData((chunk) => {
      server.heard += text(chunk)
      wire.write(chunk)
    })
    wire.onClosed((error) => server.closed.push(error ?? null))
  })
})

async function connect(): Promise<{ wire: Wire; heard: () => string; closed: (string | null)[] }> {
  const dialled = link.dial()
  await settle()
  const wire = await dialled
  let heard = ''
  const closed: (string | null)[] = []
  wire.onData((chunk) => {
    heard += text(chunk)
  })
  wire.onClosed((error) => closed.push(error?.message ?? null))
  return { wire, heard: () => heard, closed }
}

test('an undisturbed link carries bytes both ways, and an orderly close reaches the other end after them', async () => {
  const client = await connect()
  client.wire.write(bytes('one '))
  client.wire.write(bytes('two'))
  await settle()
  expect([server.heard, client.heard(), link.connections()]).toEqual(['one two', 'one two', 1])
  client.wire.write(bytes(' last'))
  client.wire.destroy()
  await settle()
  expect([server.heard, server.closed, client.closed, link.connections()]).toEqual(['one two last', [null], [null], 0])
})

describe('a fault', () => {
  test('refuse turns new connections away and resets open ones', async () => {
    const client = await connect()
    const active = await link.apply(fault('refuse'))
    const refused = link.dial()
    refused.catch(() => undefined)
    await settle()
    await expect(refused).rejects.toThrow('ECONNREFUSED')
    expect(client.closed).toEqual(['read ECONNRESET'])
    expect(await active.heal()).toEqual({ connections: 2, bytes: 0 })
    expect((await connect()).closed).toEqual([])
  })

  test('reset cuts what is open, and later whatever carries data', async () => {
    const before = await connect()
    const active = await link.apply(fault('reset'))
    await settle()
    const during = await connect()
    during.wire.write(bytes('x'))
    await settle()
    expect([before.closed, during.closed, server.heard]).toEqual([['read ECONNRESET'], ['read ECONNRESET'], ''])
    expect(await active.heal()).toEqual({ connections: 2, bytes: 0 })
  })

  test('black-hole up loses requests, and the heal resets connections that have a hole', async () => {
    const client = await connect()
    const active = await link.apply(fault('black-hole'))
    client.wire.write(bytes('lost'))
    await settle()
    expect([server.heard, client.closed]).toEqual(['', []])
    expect(await active.heal()).toEqual({ connections: 0, bytes: 4 })
    await settle()
    expect(client.closed).toEqual(['read ECONNRESET'])
  })

  test('black-hole down loses only answers', async () => {
    const client = await connect()
    const active = await link.apply(fault('black-hole', { direction: 'down' }))
    client.wire.write(bytes('asked'))
    await settle()
    expect([server.heard, client.heard()]).toEqual(['asked', ''])
    expect(await active.heal()).toEqual({ connections: 0, bytes: 5 })
  })

  test('cut lets so many bytes through, then resets', async () => {
    const client = await connect()
    const active = await link.apply(fault('cut', { amount: 3 }))
    client.wire.write(bytes('abcdef'))
    await settle()
    expect([server.heard, client.closed]).toEqual(['abc', ['read ECONNRESET']])
    expect(await active.heal()).toEqual({ connections: 1, bytes: 3 })
  })

  test('latency delays, and keeps the order', async () => {
    const client = await connect()
    const active = await link.apply(fault('latency', { amount: 500 }))
    client.wire.write(bytes('slow '))
    client.wire.write(bytes('behind'))
    const began = clock.now
    await settle()
    expect(server.heard).toBe('slow behind')
    expect(clock.now - began).toBeGreaterThanOrEqual(500)
    expect(await active.heal()).toEqual({ connections: 0, bytes: 11 })
  })

  test('latency delays connections that come up, in either direction, until it is healed', async () => {
    const up = await link.apply(fault('latency', { amount: 500 }))
    const down = await link.apply(fault('latency', { direction: 'down', amount: 300 }))
    const began = clock.now
    await connect()
    expect(clock.now - began).toBeGreaterThan(800)
    expect(clock.now - began).toBeLessThan(801)
    const late = link.dial()
    expect(await up.heal()).toMatchObject({ connections: 2 })
    await down.heal()
    const healed = clock.now
    await settle()
    await late
    expect(clock.now - healed).toBeLessThan(1)
  })

  test('latency releases what it holds when it is healed', async () => {
    const client = await connect()
    const active = await link.apply(fault('latency', { amount: 60_000 }))
    client.wire.write(bytes('held'))
    const began = clock.now
    expect(await active.heal()).toEqual({ connections: 0, bytes: 4 })
    await settle()
    expect(server.heard).toBe('held')
    expect(clock.now - began).toBeLessThan(10)
  })

  test('black-hole swallows an end too, and the other side hears of a reset when it is healed', async () => {
    const client = await connect()
    const active = await link.apply(fault('black-hole'))
    client.wire.destroy()
    await settle()
    expect([server.closed, link.connections()]).toEqual([[], 0])
    expect(await active.heal()).toEqual({ connections: 1, bytes: 0 })
    await settle()
    expect(server.closed).toMatchObject([{ code: 'ECONNRESET' }])
    expect(client.closed).toEqual([null])
  })

  test('slice and bandwidth lose nothing', async () => {
    const client = await connect()
    const slicing = await link.apply(fault('slice', { amount: 1 }))
    const slowing = await link.apply(fault('bandwidth', { amount: 1000 }))
    const began = clock.now
    client.wire.write(bytes('x'.repeat(50)))
    await settle()
    expect(server.heard).toBe('x'.repeat(50))
    expect(clock.now - began).toBeGreaterThanOrEqual(50)
    expect([await slicing.heal(), await slowing.heal()]).toEqual([
      { connections: 0, bytes: 50 },
      { connections: 0, bytes: 50 },
    ])
  })

  test('a bandwidth of nothing keeps everything back until it is healed, and loses nothing', async () => {
    const client = await connect()
    const [stall, other] = [await link.apply(fault('bandwidth')), await link.apply(fault('bandwidth'))]
    client.wire.write(bytes('one '))
    client.wire.write(bytes('two'))
    client.wire.destroy()
    await settle()
    expect(await stall.heal()).toEqual({ connections: 0, bytes: 7 })
    await settle()
    expect(server).toMatchObject({ heard: '', closed: [] })
    await other.heal()
    await settle()
    expect(server).toMatchObject({ heard: 'one two', closed: [null] })
  })

  test('slow-close keeps back an end, not the bytes before it', async () => {
    const client = await connect()
    const active = await link.apply(fault('slow-close', { amount: 400 }))
    let heardAt = 0
    server.wire?.onClosed((error) => {
      heardAt = clock.now
      server.closed.push(error ?? null)
    })
    client.wire.write(bytes('last words'))
    const began = clock.now
    client.wire.destroy()
    await settle()
    expect(server).toMatchObject({ heard: 'last words', closed: [null] })
    expect(heardAt - began).toBeGreaterThanOrEqual(400)
    expect(await active.heal()).toEqual({ connections: 1, bytes: 0 })
  })

  test('that met no traffic did not land', async () => {
    await connect()
    const active = await link.apply(fault('latency', { amount: 100 }))
    await settle()
    expect(await active.heal()).toEqual({ connections: 0, bytes: 0 })
  })
})
