import { describe, expect, it } from 'vitest'
import { PassingError, SiteError } from '../../errors.ts'
import type { ToxiproxyServer } from '../../link/toxiproxy.ts'
import { carrierOver, type Source, type ToxiproxyChoice } from './toxiproxy.ts'

const replacing = { why: 'no answer', run: 17, isLast: false }

/** A carrier whose servers start, or fail to, one after the other. */
async function world(wish: ToxiproxyChoice['toxiproxy'], more: Partial<Source> & { fails?: readonly number[] } = {}) {
  const ended: number[] = []
  let started = 0
  const source: Source = {
    missing: async () => null,
    isNamed: false,
    async start(): Promise<ToxiproxyServer> {
      const number = started++
      if (more.fails?.includes(number)) throw new PassingError('it ended at once')
      return {
        version: `2.${number}`,
        proxy: () => Promise.reject(new Error('no proxy is asked for')),
        [Symbol.asyncDispose]: async () => {
          ended.push(number)
          throw new SiteError('it does not end in good order')
        },
      }
    },
    ...more,
  }
  const carrier = await carrierOver(wish, source)
  const replace = async (how = replacing): Promise<void> => {
    const current = carrier.toxiproxy()
    if (current !== null) await carrier.replace(current, how)
  }
  return { carrier, replace, ended }
}

describe('a Toxiproxy that fails', () => {
  it('is ended and replaced, once for all lanes', async () => {
    const { carrier, ended } = await world('auto')
    const failed = carrier.toxiproxy()
    if (failed === null) throw new Error('it did not start')
    await Promise.all([carrier.replace(failed, replacing), carrier.replace(failed, replacing)])
    await carrier.replace(failed, replacing)
    expect(ended).toEqual([0])
    expect(carrier.links()).toBe('tap and Toxiproxy 2.1')
  })

  it('makes way for the taps before the last attempt, and the certificate says so', async () => {
    const { carrier, replace } = await world('auto')
    await replace({ ...replacing, isLast: true })
    expect(carrier.toxiproxy()).toBeNull()
    expect(carrier.links()).toBe(
      'tap and Toxiproxy 2.0; only the tap from run 17 on, because Toxiproxy kept failing: no answer',
    )
  })

  it('makes way for the taps after a third one', async () => {
    const { carrier, replace } = await world('auto')
    for (let time = 0; time < 3; time++) await replace()
    expect(carrier.links()).toBe('tap and Toxiproxy 2.3')
    await replace()
    expect(carrier.toxiproxy()).toBeNull()
  })

  it('makes way for the taps where no other starts', async () => {
    const { carrier, replace } = await world('auto', { fails: [1] })
    await replace()
    expect(carrier.links()).toMatch(/only the tap from run 17 on, because Toxiproxy kept failing: it ended at once/)
  })

  it('never makes way where it is required', async () => {
    const { carrier, replace } = await world('required', { fails: [5] })
    for (let time = 0; time < 4; time++) await replace({ ...replacing, isLast: true })
    expect(carrier.links()).toBe('tap and Toxiproxy 2.4')
    await expect(replace()).rejects.toThrow('it ended at once')
  })
})

describe('a Toxiproxy that does not start', () => {
  it('makes way for the taps', async () => {
    const { carrier } = await world('auto', { fails: [0] })
    expect(carrier.links()).toBe('tap only, because Toxiproxy did not start: it ended at once')
  })

  it('is an error where it is required, or named', async () => {
    await expect(world('required', { fails: [0] })).rejects.toThrow(SiteError)
    await expect(world('auto', { fails: [0], isNamed: true })).rejects.toThrow(SiteError)
  })
})

it('is done without where it is missing, unless it is required', async () => {
  const missing = async (): Promise<string> => 'Toxiproxy is not here'
  expect((await world('auto', { missing })).carrier.links()).toBe('tap only, without Toxiproxy')
  await expect(world('required', { missing })).rejects.toThrow('Toxiproxy is not here')
})
