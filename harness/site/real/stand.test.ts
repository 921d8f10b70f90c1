import { afterEach, describe, expect, it } from 'vitest'
import { PassingError, SiteError } from '../../errors.ts'
import { fault } from '../../link/faulty-link.case.ts'
import { type Echo, openClient, startEcho } from '../../link/sockets.case.ts'
import { closed, LOOPBACK, listenOn } from '../../process/loopback.ts'
import type { Advertise, RunningSystem } from '../../system-contract.ts'
import { createStand, type Stand, type StandOptions } from './stand.ts'
import type { FaultCarrier } from './toxiproxy.ts'

const ended: AsyncDisposable[] = []
afterEach(async () => {
  for (const one of ended.splice(0).reverse()) await one[Symbol.asyncDispose]()
})
const kept = <T extends AsyncDisposable>(one: T): T => {
  ended.push(one)
  return one
}

const taps: FaultCarrier = {
  toxiproxy: () => null,
  links: () => 'tap alone',
  replace: async () => undefined,
  [Symbol.asyncDispose]: async () => undefined,
}
const renewing = { passing: 'site', why: 'no answer', run: 2, isLast: false } as const

/** Systems that echo and give out the addresses of their links; starts that fail come first. */
function echoes(...failures: readonly Error[]) {
  const left = [...failures]
  const systems: Echo[] = []
  const stopped: Echo[] = []
  const start = async (advertise: Advertise): Promise<RunningSystem> => {
    const failure = left.shift()
    if (failure !== undefined) throw failure
    const echo = kept(await startEcho())
    systems.push(echo)
    for (const role of ['publish', 'consume', 'dead-letter'] as const) await advertise(role, 0, echo.endpoint)
    return {
      version: 'echo',
      canWitness: () => false,
      endpoint: () => echo.endpoint,
      prepare: () => Promise.reject(new Error('no run is prepared')),
      [Symbol.asyncDispose]: async () => void stopped.push(echo),
    }
  }
  return { start, systems, stopped }
}

const stand = async (options: Omit<StandOptions, 'carrier'>): Promise<Stand> =>
  kept(await createStand({ carrier: taps, ...options }))
const addressOf = async (one: Stand) => (await one.environment()).links.publish.addresses[0] ?? { host: '', port: 0 }

describe('what a lane stands on', () => {
  it('has its links made anew where they were, without the faults that they had', async () => {
    const { start, systems } = echoes()
    const lane = await stand({ shared: null, start })
    const before = await addressOf(lane)
    await (await lane.environment()).links.publish.apply(fault('refuse'))
    await lane.renew(renewing)
    expect(await addressOf(lane)).toEqual(before)
    await using client = await openClient(before)
    client.send('hello')
    expect(await client.gets(5)).toBe('hello')
    expect(systems).toHaveLength(1)
  })

  it('has its system started anew where a link cannot have its port again, or before the last attempt', async () => {
    const { start, systems, stopped } = echoes()
    const lane = await stand({ shared: null, start })
    const { port } = await addressOf(lane)
    const refusal = await (await lane.environment()).links.publish.apply(fault('refuse'))
    const other = await listenOn(port, (socket) => void socket.destroy(), LOOPBACK)
    await expect(refusal.heal()).rejects.toThrow(PassingError)
    await lane.renew(renewing)
    expect((await addressOf(lane)).port).not.toBe(port)
    expect([systems.length, stopped.length]).toEqual([2, 1])
    await closed(other)
    await lane.renew({ ...renewing, isLast: true })
    expect([systems.length, stopped.length]).toEqual([3, 2])
  })

  it('never has a system started anew that other lanes use', async () => {
    const { start, systems, stopped } = echoes()
    const shared = await start(async (_role, _node, target) => target)
    const lane = await stand({ shared, start })
    await lane.renew({ ...renewing, isLast: true })
    await lane[Symbol.asyncDispose]()
    expect([systems.length, stopped.length]).toEqual([1, 0])
  })

  it('gives a system that did not start a second chance where that may help', async () => {
    const late = echoes(new PassingError('it does not serve'))
    await stand({ shared: null, start: late.start })
    expect(late.systems).toHaveLength(1)
    const twice = echoes(new PassingError('it does not serve'), new PassingError('it still does not'))
    await expect(stand({ shared: null, start: twice.start })).rejects.toThrow('it still does not')
    const missing = echoes(new SiteError('it is not installed'))
    await expect(stand({ shared: null, start: missing.start })).rejects.toThrow('it is not installed')
  })
})
