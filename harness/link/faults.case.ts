/** What every link does with every fault, however it is implemented. */
import { expect, it } from 'vitest'
import { FAULT_KINDS } from '../faults.ts'
import type { Endpoint } from '../system-contract.ts'
import { AWHILE, fault, faultyLink } from './faulty-link.case.ts'
import type { RealLink } from './real-link.ts'
import { slowFaultCases } from './slow-faults.case.ts'
import { eventually, openClient, pause } from './sockets.case.ts'

export function faultCases(makeLink: (target: Endpoint) => Promise<RealLink>): void {
  const world = faultyLink(makeLink)
  const { open, talking, usable } = world

  it('carries bytes both ways and counts connections', async () => {
    const [one, two] = [await talking(), await talking()]
    expect(world.link.connections()).toBe(2)
    await one[Symbol.asyncDispose]()
    await eventually(() => world.link.connections() === 1)
    expect(two.received()).toBe('hello')
    expect(world.link.counts()).toMatchObject({ accepted: 2, up: { in: 10, out: 10 }, down: { in: 10, out: 10 } })
  })

  it('passes on an orderly end', async () => {
    const client = await talking()
    client.socket.end()
    expect(await client.ended).toBe('end')
    await eventually(() => world.echo.connections() === 0)
  })

  it('refuses connections, resets those that are open, and keeps its port', async () => {
    const client = await talking()
    const active = await world.link.apply(fault('refuse'))
    expect(await client.ended).toBe('ECONNRESET')
    await expect(openClient(world.link.address)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    expect(await active.heal()).toEqual({ connections: 1, bytes: 0 })
    await usable()
  })

  it('refuses until the last of two refusals has ended', async () => {
    const [first, second] = [await world.link.apply(fault('refuse')), await world.link.apply(fault('refuse'))]
    await first.heal()
    await expect(openClient(world.link.address)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await second.heal()
    await usable()
  })

  it('resets what is open at once, and what is opened later when data flows', async () => {
    const before = await talking()
    const active = await world.link.apply(fault('reset'))
    expect(await before.ended).toBe('ECONNRESET')
    const during = await open()
    during.send('never echoed')
    expect(await during.ended).toMatch(/ECONNRESET|EPIPE/)
    expect(await active.heal()).toEqual({ connections: 2, bytes: 0 })
    expect(world.echo.received()).toBe('hello')
    await usable()
  })

  it('black-holes requests: the system gets nothing, and the torn connection is reset at the end', async () => {
    const [client, later] = [await talking(), await open()]
    const active = await world.link.apply(fault('black-hole', 'up'))
    client.send('lost')
    later.send('lost too')
    await pause(AWHILE)
    expect(world.echo.received()).toBe('hello')
    expect(await active.heal()).toEqual({ connections: 0, bytes: 12 })
    expect(await client.ended).toBe('ECONNRESET')
    expect(await later.ended).toBe('ECONNRESET')
    expect(world.echo.received()).toBe('hello')
    await usable()
  })

  it('black-holes answers: the system gets the request, the client no answer', async () => {
    const client = await talking()
    const active = await world.link.apply(fault('black-hole', 'down'))
    client.send('request')
    await eventually(() => world.echo.received() === 'hellorequest')
    await pause(AWHILE)
    expect(client.received()).toBe('hello')
    expect(await active.heal()).toEqual({ connections: 0, bytes: 7 })
    expect(await client.ended).toBe('ECONNRESET')
    expect(client.received()).toBe('hello')
    await usable()
  })

  it('cuts requests after so many bytes, counted from its beginning', async () => {
    const client = await talking()
    const active = await world.link.apply(fault('cut', 'up', 6))
    client.send('1234')
    await client.gets(9)
    client.send('5678')
    expect(await client.ended).toMatch(/ECONNRESET|EPIPE/)
    await eventually(() => world.echo.received() === 'hello123456')
    await pause(AWHILE)
    expect(await active.heal()).toEqual({ connections: 1, bytes: 2 })
    expect(world.echo.received()).toBe('hello123456')
    await usable()
  })

  it('cuts answers on each connection by itself', async () => {
    const active = await world.link.apply(fault('cut', 'down', 3))
    for (const text of ['abcdef', 'uvwxyz']) {
      const client = await open()
      client.send(text)
      // Node reads the last bytes and the reset behind them as an orderly end when both are there at once.
      expect(await client.ended).toMatch(/ECONNRESET|end/)
      expect(client.received()).toBe(text.slice(0, 3))
    }
    expect(world.echo.received()).toBe('abcdefuvwxyz')
    expect(await active.heal()).toEqual({ connections: 2, bytes: 6 })
    await usable()
  })

  it('says that a fault which met nothing has not landed', async () => {
    for (const kind of FAULT_KINDS) {
      const active = await world.link.apply(fault(kind, 'up', 10))
      expect(await active.heal()).toEqual({ connections: 0, bytes: 0 })
    }
    await usable()
  })

  it('ends every connection and stops listening when disposed', async () => {
    const client = await talking()
    await world.link.apply(fault('latency', 'up', 60_000))
    client.send('held')
    await eventually(() => world.link.counts().up.in === 9)
    await world.link[Symbol.asyncDispose]()
    expect(await client.ended).toBe('ECONNRESET')
    await eventually(() => world.echo.connections() === 0)
    await expect(openClient(world.link.address)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await world.connect()
  })

  slowFaultCases(world)
}
