import { afterEach, describe, expect, it } from 'vitest'
import type { Direction, FaultKind } from '../faults.ts'
import { createCensus } from '../host/census.ts'
import { freePort, LOOPBACK } from '../process/loopback.ts'
import type { ActiveFault } from './link.ts'
import { type Client, type Echo, type EchoOptions, eventually, openClient, pause, startEcho } from './sockets.case.ts'
import type { StreamFault } from './stream-fault.ts'
import { createTap, type Tap } from './tap.ts'

const AWHILE = 60
const MEGABYTE = 1024 * 1024

describe('a tap', () => {
  const open: AsyncDisposable[] = []
  afterEach(async () => {
    for (const part of open.splice(0).reverse()) await part[Symbol.asyncDispose]()
  })
  const keep = <T extends AsyncDisposable>(part: T): T => {
    open.push(part)
    return part
  }
  const setUp = async (
    options: EchoOptions = {},
  ): Promise<{ echo: Echo; tap: Tap; connect: () => Promise<Client> }> => {
    const echo = keep(await startEcho(options))
    const tap = keep(await createTap(echo.endpoint))
    return { echo, tap, connect: async () => keep(await openClient({ host: '127.0.0.1', port: tap.port })) }
  }
  const begin = (tap: Tap, kind: FaultKind, direction: Direction, amount = 0): Promise<ActiveFault> =>
    tap.begin({ kind, direction, amount })

  it('keeps each direction of a half-closed connection open by itself', async () => {
    const { connect } = await setUp()
    const client = await connect()
    client.socket.end('last words')
    expect(await client.ended).toBe('end')
    expect(client.received()).toBe('last words')
  })

  it('listens where it is told, and there again after it has refused', async () => {
    const echo = keep(await startEcho())
    // Other systems have only the one address there by themselves.
    const at = { host: process.platform === 'linux' ? '127.1.2.3' : LOOPBACK, port: await freePort() }
    const tap = keep(await createTap(echo.endpoint, at))
    expect(tap.port).toBe(at.port)
    await (await begin(tap, 'refuse', 'up')).heal()
    const client = keep(await openClient(at))
    client.send('here')
    await eventually(() => client.received() === 'here')
    await expect(createTap(echo.endpoint, at)).rejects.toThrow(/EADDRINUSE/)
  })

  it('carries large data unchanged', async () => {
    const { tap, connect } = await setUp()
    const client = await connect()
    const text = '0123456789abcdef'.repeat(MEGABYTE / 4)
    client.send(text)
    await eventually(() => client.received().length >= text.length)
    expect(client.received() === text).toBe(true)
    expect(tap.counts()).toMatchObject({ up: { in: text.length, out: text.length }, down: { in: text.length } })
  })

  it('does not take more than it can pass on', async () => {
    const { tap, connect } = await setUp({ onSocket: (socket) => void socket.pause() })
    const client = await connect()
    client.send('x'.repeat(64 * MEGABYTE))
    let before = -1
    await eventually(() => {
      const unchanged = before > 0 && tap.counts().up.in === before
      before = tap.counts().up.in
      return unchanged
    })
    await pause(AWHILE)
    const { up } = tap.counts()
    expect(up.in).toBeLessThan(32 * MEGABYTE)
    expect(up.in - up.out).toBeLessThan(MEGABYTE)
  })

  it('holds no more than its buffer while nothing may pass, and goes on afterwards', async () => {
    const { echo, tap, connect } = await setUp({ mute: true })
    const client = await connect()
    const stalled = await begin(tap, 'bandwidth', 'up', 0)
    client.send('y'.repeat(32 * MEGABYTE))
    await pause(AWHILE)
    expect(tap.counts().up.in).toBeLessThan(2 * MEGABYTE)
    await stalled.heal()
    await eventually(() => tap.counts().up.out === 32 * MEGABYTE)
    await eventually(() => echo.received().length === 32 * MEGABYTE)
  })

  it('leaves connections alone that lost nothing in a black hole', async () => {
    const { tap, connect } = await setUp()
    const client = await connect()
    client.send('one')
    await client.gets(3)
    const active = await begin(tap, 'black-hole', 'up')
    await pause(AWHILE)
    expect(await active.heal()).toEqual({ connections: 0, bytes: 0 })
    client.send('two')
    expect(await client.gets(6)).toBe('onetwo')
  })

  it('does not let the end of a client through a black hole, and resets what is left of it at the end', async () => {
    const { echo, tap, connect } = await setUp()
    const client = await connect()
    client.send('hi')
    await client.gets(2)
    const active = await begin(tap, 'black-hole', 'up')
    client.socket.destroy()
    await eventually(() => tap.connections() === 0)
    await pause(AWHILE)
    expect(echo.connections()).toBe(1)
    await active.heal()
    await eventually(() => echo.connections() === 0)
  })

  it('writes slices of the size that was asked for', async () => {
    const reads: number[] = []
    const { tap, connect } = await setUp({
      onSocket: (socket) => void socket.on('data', (chunk) => reads.push(chunk.length)),
    })
    await begin(tap, 'slice', 'up', 1)
    const client = await connect()
    client.send('abc')
    await eventually(() => reads.reduce((sum, length) => sum + length, 0) === 3)
    expect(tap.counts().up.out).toBe(3)
    expect(reads.length).toBeGreaterThan(1)
  })

  it('resets a client whose connection the target resets', async () => {
    const { tap, connect } = await setUp({
      onSocket: (socket) => void socket.on('data', () => socket.resetAndDestroy()),
    })
    const client = await connect()
    client.send('x')
    expect(await client.ended).toBe('ECONNRESET')
    expect(tap.counts().closedByTarget).toBe(1)
  })

  it('resets a client when there is nothing behind the tap', async () => {
    const { echo, connect } = await setUp()
    await echo[Symbol.asyncDispose]()
    const client = await connect()
    expect(await client.ended).toBe('ECONNRESET')
  })

  it('tells the target that a client was reset', async () => {
    const ends: string[] = []
    const { connect } = await setUp({
      onSocket: (socket) => void socket.on('error', (error: NodeJS.ErrnoException) => ends.push(error.code ?? '')),
    })
    const client = await connect()
    client.socket.resetAndDestroy()
    await eventually(() => ends.length > 0)
    expect(ends).toEqual(['ECONNRESET'])
  })

  it.runIf(process.platform === 'linux')(
    'keeps no descriptor of a connection that is reset while it ends',
    async () => {
      const census = createCensus()
      const { tap } = await setUp({ onSocket: (socket) => void socket.end('bye') })
      const resetsAtTheEnd: StreamFault = {
        arrive: (_connection, { length }) => ({ pass: length, reset: null }),
        // Asked when the target ends, just before the client's side is ended too.
        swallowsEnd: () => {
          process.nextTick(() => process.nextTick(() => tap.resetAll()))
          return false
        },
        landed: () => ({ connections: 0, bytes: 0 }),
      }
      tap.add('down', resetsAtTheEnd)
      const before = census()['socket descriptors']
      const clients = await Promise.all(
        Array.from({ length: 5 }, () => openClient({ host: '127.0.0.1', port: tap.port })),
      )
      await Promise.all(clients.map((client) => client.ended))
      await eventually(() => census()['socket descriptors'] === before)
    },
  )

  it('releases every socket and timer when disposed during faults', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const timersBefore = timers()
    const { tap, connect, echo } = await setUp()
    const clients = [await connect(), await connect()]
    for (const client of clients) client.send('held')
    await Promise.all(clients.map((client) => client.gets(4)))
    await begin(tap, 'latency', 'up', 60_000)
    await begin(tap, 'bandwidth', 'down', 0)
    for (const client of clients) client.send('held')
    await eventually(() => tap.counts().up.in === 16)
    await tap[Symbol.asyncDispose]()
    await Promise.all(clients.map((client) => client.ended))
    await eventually(() => echo.connections() === 0)
    await echo[Symbol.asyncDispose]()
    const left = (): readonly string[] =>
      process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap' || kind === 'TCPServerWrap')
    await eventually(() => left().length === 0)
    expect(timers()).toBeLessThanOrEqual(timersBefore)
  })
})
