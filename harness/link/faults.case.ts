/** What every link does with every fault, whoever carries it out. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Direction, FAULT_KINDS, type FaultKind, type PlannedFault } from '../plan/plan.ts'
import type { Endpoint } from '../site/system.ts'
import type { RealLink } from './real-link.ts'
import { type Client, type Echo, eventually, openClient, pause, startEcho } from './sockets.case.ts'

const fault = (kind: FaultKind, direction: Direction = 'up', amount = 0): PlannedFault => ({
  kind,
  role: 'publish',
  direction,
  at: 0,
  lasts: 0,
  amount,
})

/** Long enough for what is not held back to come through on loopback. */
const AWHILE = 60

export function faultCases(makeLink: (target: Endpoint) => Promise<RealLink>): void {
  let echo: Echo
  let link: RealLink
  const clients: Client[] = []
  const open = async (): Promise<Client> => {
    const client = await openClient(link.address)
    clients.push(client)
    return client
  }
  /** A connection on which both sides have heard of each other. */
  const talking = async (): Promise<Client> => {
    const client = await open()
    client.send('hello')
    await client.gets(5)
    return client
  }
  /** New connections work at once. */
  const usable = async (): Promise<void> => {
    const client = await open()
    client.send('after')
    expect(await client.gets(5)).toBe('after')
  }

  beforeEach(async () => {
    echo = await startEcho()
    link = await makeLink(echo.endpoint)
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) await client[Symbol.asyncDispose]()
    await link[Symbol.asyncDispose]()
    await echo[Symbol.asyncDispose]()
  })

  it('carries bytes both ways and counts connections', async () => {
    const [one, two] = [await talking(), await talking()]
    expect(link.connections()).toBe(2)
    await one[Symbol.asyncDispose]()
    await eventually(() => link.connections() === 1)
    expect(two.received()).toBe('hello')
    expect(link.counts()).toMatchObject({ accepted: 2, up: { in: 10, out: 10 }, down: { in: 10, out: 10 } })
  })

  it('passes on an orderly end', async () => {
    const client = await talking()
    client.socket.end()
    expect(await client.ended).toBe('end')
    await eventually(() => echo.connections() === 0)
  })

  it('refuses connections, resets those that are open, and keeps its port', async () => {
    const client = await talking()
    const active = await link.apply(fault('refuse'))
    expect(await client.ended).toBe('ECONNRESET')
    await expect(openClient(link.address)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    expect(await active.heal()).toEqual({ connections: 1, bytes: 0 })
    await usable()
  })

  it('refuses until the last of two refusals has ended', async () => {
    const [first, second] = [await link.apply(fault('refuse')), await link.apply(fault('refuse'))]
    await first.heal()
    await expect(openClient(link.address)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await second.heal()
    await usable()
  })

  it('resets what is open at once, and what is opened later when data flows', async () => {
    const before = await talking()
    const active = await link.apply(fault('reset'))
    expect(await before.ended).toBe('ECONNRESET')
    const during = await open()
    during.send('never echoed')
    expect(await during.ended).toMatch(/ECONNRESET|EPIPE/)
    expect(await active.heal()).toEqual({ connections: 2, bytes: 0 })
    expect(echo.received()).toBe('hello')
    await usable()
  })

  it('black-holes requests: the system gets nothing, and the torn connection is reset at the end', async () => {
    const [client, later] = [await talking(), await open()]
    const active = await link.apply(fault('black-hole', 'up'))
    client.send('lost')
    later.send('lost too')
    await pause(AWHILE)
    expect(echo.received()).toBe('hello')
    expect(await active.heal()).toEqual({ connections: 0, bytes: 12 })
    expect(await client.ended).toBe('ECONNRESET')
    expect(await later.ended).toBe('ECONNRESET')
    expect(echo.received()).toBe('hello')
    await usable()
  })

  it('black-holes answers: the system gets the request, the client no answer', async () => {
    const client = await talking()
    const active = await link.apply(fault('black-hole', 'down'))
    client.send('request')
    await eventually(() => echo.received() === 'hellorequest')
    await pause(AWHILE)
    expect(client.received()).toBe('hello')
    expect(await active.heal()).toEqual({ connections: 0, bytes: 7 })
    expect(await client.ended).toBe('ECONNRESET')
    expect(client.received()).toBe('hello')
    await usable()
  })

  it.each(['up', 'down'] as const)('delays what goes %s, never early and in order', async (direction) => {
    const client = await talking()
    const active = await link.apply(fault('latency', direction, 120))
    const began = performance.now()
    for (const part of ['one ', 'two ', 'three']) {
      client.send(part)
      await pause(5)
    }
    await client.gets('helloone '.length)
    expect(performance.now() - began).toBeGreaterThanOrEqual(119)
    expect(await client.gets('helloone two three'.length)).toBe('helloone two three')
    const landed = await active.heal()
    expect(landed).toEqual({ connections: 0, bytes: 13 })
    await usable()
  })

  it('lets delayed bytes go when the delay is healed', async () => {
    const client = await talking()
    const active = await link.apply(fault('latency', 'up', 60_000))
    client.send('held')
    await pause(AWHILE)
    expect(echo.received()).toBe('hello')
    expect(await active.heal()).toEqual({ connections: 0, bytes: 4 })
    expect(await client.gets(9)).toBe('helloheld')
  })

  it('cuts requests after so many bytes, counted from its beginning', async () => {
    const client = await talking()
    const active = await link.apply(fault('cut', 'up', 6))
    client.send('1234')
    await client.gets(9)
    client.send('5678')
    expect(await client.ended).toMatch(/ECONNRESET|EPIPE/)
    await eventually(() => echo.received() === 'hello123456')
    await pause(AWHILE)
    expect(await active.heal()).toEqual({ connections: 1, bytes: 2 })
    expect(echo.received()).toBe('hello123456')
    await usable()
  })

  it('cuts answers on each connection by itself', async () => {
    const active = await link.apply(fault('cut', 'down', 3))
    for (const text of ['abcdef', 'uvwxyz']) {
      const client = await open()
      client.send(text)
      // Node reads the last bytes and the reset behind them as an orderly end when both are there at once.
      expect(await client.ended).toMatch(/ECONNRESET|end/)
      expect(client.received()).toBe(text.slice(0, 3))
    }
    expect(echo.received()).toBe('abcdefuvwxyz')
    expect(await active.heal()).toEqual({ connections: 2, bytes: 6 })
    await usable()
  })

  it('slices requests and loses none of them', async () => {
    const client = await talking()
    const before = echo.reads()
    const active = await link.apply(fault('slice', 'up', 8))
    const text = 'sliced! '.repeat(100)
    client.send(text)
    expect(await client.gets(5 + text.length)).toBe(`hello${text}`)
    expect(echo.reads() - before).toBeGreaterThan(1)
    expect(await active.heal()).toEqual({ connections: 0, bytes: text.length })
  })

  it('holds to a bandwidth', async () => {
    const client = await talking()
    const active = await link.apply(fault('bandwidth', 'up', 10_000))
    const text = 'x'.repeat(2_000)
    const began = performance.now()
    client.send(text)
    await eventually(() => echo.received().length === 5 + text.length)
    expect(performance.now() - began).toBeGreaterThanOrEqual(180)
    expect(await active.heal()).toEqual({ connections: 0, bytes: 2_000 })
  })

  it('stands still at a bandwidth of nothing, and loses nothing', async () => {
    const client = await talking()
    const active = await link.apply(fault('bandwidth', 'down', 0))
    client.send('waits')
    await pause(AWHILE)
    expect(client.received()).toBe('hello')
    expect(await active.heal()).toEqual({ connections: 0, bytes: 5 })
    expect(await client.gets(10)).toBe('hellowaits')
  })

  it.each([
    ['up', 'the system', () => echo.connections() === 0],
    ['down', 'the client', null],
  ] as const)('keeps back the end of a connection %s, which %s learns of late', async (direction, _who, learnt) => {
    const client = await talking()
    const active = await link.apply(fault('slow-close', direction, 150))
    const began = performance.now()
    if (learnt === null) echo.endAll()
    else client.socket.end()
    if (learnt === null) expect(await client.ended).toBe('end')
    else await eventually(learnt)
    expect(performance.now() - began).toBeGreaterThanOrEqual(149)
    expect(await active.heal()).toEqual({ connections: 1, bytes: 0 })
    await usable()
  })

  it('lets ends go when their delay is healed', async () => {
    const client = await talking()
    const active = await link.apply(fault('slow-close', 'up', 60_000))
    client.socket.end()
    await pause(AWHILE)
    expect(echo.connections()).toBe(1)
    expect(await active.heal()).toEqual({ connections: 1, bytes: 0 })
    await eventually(() => echo.connections() === 0)
  })

  it('carries out several faults at once', async () => {
    const client = await talking()
    const slow = await link.apply(fault('latency', 'up', 80))
    const thin = await link.apply(fault('slice', 'down', 4))
    const began = performance.now()
    client.send('both at once')
    expect(await client.gets(17)).toBe('helloboth at once')
    expect(performance.now() - began).toBeGreaterThanOrEqual(79)
    expect(await slow.heal()).toEqual({ connections: 0, bytes: 12 })
    await thin.heal()
    await usable()
  })

  it('says that a fault which met nothing has not landed', async () => {
    for (const kind of FAULT_KINDS) {
      const active = await link.apply(fault(kind, 'up', 10))
      expect(await active.heal()).toEqual({ connections: 0, bytes: 0 })
    }
    await usable()
  })

  it('ends every connection and stops listening when disposed', async () => {
    const client = await talking()
    await link.apply(fault('latency', 'up', 60_000))
    client.send('held')
    await eventually(() => link.counts().up.in === 9)
    await link[Symbol.asyncDispose]()
    expect(await client.ended).toBe('ECONNRESET')
    await eventually(() => echo.connections() === 0)
    await expect(openClient(link.address)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    link = await makeLink(echo.endpoint)
  })
}
