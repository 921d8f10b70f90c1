/** What every link does with faults that let everything through, only later or otherwise. */
import { expect, it } from 'vitest'
import { AWHILE, type FaultyLink, fault } from './faulty-link.case.ts'
import { eventually, pause } from './sockets.case.ts'

export function slowFaultCases(world: FaultyLink): void {
  const { talking, usable } = world

  it.each(['up', 'down'] as const)('delays what goes %s, never early and in order', async (direction) => {
    const client = await talking()
    const active = await world.link.apply(fault('latency', direction, 120))
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
    const active = await world.link.apply(fault('latency', 'up', 60_000))
    client.send('held')
    await pause(AWHILE)
    expect(world.echo.received()).toBe('hello')
    expect(await active.heal()).toEqual({ connections: 0, bytes: 4 })
    expect(await client.gets(9)).toBe('helloheld')
  })

  it('slices requests and loses none of them', async () => {
    const client = await talking()
    const before = world.echo.reads()
    const active = await world.link.apply(fault('slice', 'up', 8))
    const text = 'sliced! '.repeat(100)
    client.send(text)
    expect(await client.gets(5 + text.length)).toBe(`hello${text}`)
    expect(world.echo.reads() - before).toBeGreaterThan(1)
    expect(await active.heal()).toEqual({ connections: 0, bytes: text.length })
  })

  it('holds to a bandwidth', async () => {
    const client = await talking()
    const active = await world.link.apply(fault('bandwidth', 'up', 10_000))
    const text = 'x'.repeat(2_000)
    const began = performance.now()
    client.send(text)
    await eventually(() => world.echo.received().length === 5 + text.length)
    expect(performance.now() - began).toBeGreaterThanOrEqual(180)
    expect(await active.heal()).toEqual({ connections: 0, bytes: 2_000 })
  })

  it('stands still at a bandwidth of nothing, and loses nothing', async () => {
    const client = await talking()
    const active = await world.link.apply(fault('bandwidth', 'down', 0))
    client.send('waits')
    await pause(AWHILE)
    expect(client.received()).toBe('hello')
    expect(await active.heal()).toEqual({ connections: 0, bytes: 5 })
    expect(await client.gets(10)).toBe('hellowaits')
  })

  it.each([
    ['up', 'the system', () => world.echo.connections() === 0],
    ['down', 'the client', null],
  ] as const)('keeps back the end of a connection %s, which %s learns of late', async (direction, _who, learnt) => {
    const client = await talking()
    const active = await world.link.apply(fault('slow-close', direction, 150))
    const began = performance.now()
    if (learnt === null) world.echo.endAll()
    else client.socket.end()
    if (learnt === null) expect(await client.ended).toBe('end')
    else await eventually(learnt)
    expect(performance.now() - began).toBeGreaterThanOrEqual(149)
    expect(await active.heal()).toEqual({ connections: 1, bytes: 0 })
    await usable()
  })

  it('lets ends go when their delay is healed', async () => {
    const client = await talking()
    const active = await world.link.apply(fault('slow-close', 'up', 60_000))
    client.socket.end()
    await pause(AWHILE)
    expect(world.echo.connections()).toBe(1)
    expect(await active.heal()).toEqual({ connections: 1, bytes: 0 })
    await eventually(() => world.echo.connections() === 0)
  })

  it('carries out several faults at once', async () => {
    const client = await talking()
    const slow = await world.link.apply(fault('latency', 'up', 80))
    const thin = await world.link.apply(fault('slice', 'down', 4))
    const began = performance.now()
    client.send('both at once')
    expect(await client.gets(17)).toBe('helloboth at once')
    expect(performance.now() - began).toBeGreaterThanOrEqual(79)
    expect(await slow.heal()).toEqual({ connections: 0, bytes: 12 })
    await thin.heal()
    await usable()
  })
}
