import { describe, expect, it } from 'vitest'
import { PrefixInUseError } from '../../errors.ts'
import type { Leftover } from '../../process/leases/leftover.ts'
import type { RunningSystem } from '../../system-contract.ts'
import { holdingPrefixes } from './holding-prefixes.ts'

const run = { prefix: 'bp123456_0_', topics: [], witness: {} }
const sweptBy = { brokers: 'localhost:9092' }

function world() {
  const held = new Set<Leftover>()
  const hold = (leftover: Leftover) => {
    held.add(leftover)
    return () => void held.delete(leftover)
  }
  const prepare =
    (remove: () => Promise<void>): RunningSystem['prepare'] =>
    async () => ({ credentials: { user: 'u' }, witness: null, [Symbol.asyncDispose]: remove })
  return { held, hold, prepare }
}

describe('a run on a system that outlives the harness', () => {
  it('is held from before it is prepared until it is removed', async () => {
    const { held, hold, prepare } = world()
    const expected = [{ kind: 'remote', system: 'kafka', settings: sweptBy, prefix: run.prefix }]
    const seen: unknown[] = []
    const look = async (): Promise<void> => void seen.push([...held])
    const system: Pick<RunningSystem, 'sweptBy' | 'prepare'> = {
      sweptBy,
      async prepare(asked) {
        await look()
        return await prepare(look)(asked)
      },
    }
    const prepared = await holdingPrefixes('kafka', system, hold)(run)
    expect(prepared.credentials).toEqual({ user: 'u' })
    await look()
    await prepared[Symbol.asyncDispose]()
    expect(seen).toEqual([expected, expected, expected])
    expect([...held]).toEqual([])
  })

  it('is held on where it cannot be removed, or not prepared', async () => {
    const { held, hold, prepare } = world()
    const fail = (): Promise<never> => Promise.reject(new Error('gone'))
    const stuck = await holdingPrefixes('kafka', { sweptBy, prepare: prepare(fail) }, hold)(run)
    await expect(stuck[Symbol.asyncDispose]()).rejects.toThrow('gone')
    await expect(holdingPrefixes('kafka', { sweptBy, prepare: fail }, hold)(run)).rejects.toThrow('gone')
    expect(held.size).toBe(2)
  })

  it("is held no longer where nothing was made, because what has its prefix is somebody else's", async () => {
    const { held, hold } = world()
    const refuse = (): Promise<never> => Promise.reject(new PrefixInUseError('already exists'))
    await expect(holdingPrefixes('kafka', { sweptBy, prepare: refuse }, hold)(run)).rejects.toThrow('already exists')
    expect(held.size).toBe(0)
  })
})

it('holds nothing on a system that goes with the harness', async () => {
  const { held, hold, prepare } = world()
  const own = prepare(async () => undefined)
  expect(holdingPrefixes('kafka', { prepare: own }, hold)).toBe(own)
  expect(held.size).toBe(0)
})
