import { describe, expect, test } from 'vitest'
import { OUTAGE_KINDS, type OutageKind } from '../faults.ts'
import type { SystemServer } from '../system-contract.ts'
import { createOutages, outageKindsOf, watchOutages } from './outages.ts'

/** Servers that tell what is done to them; what `slow` names ends only when it is told to. */
function servers(count: number, slow: string | null = null) {
  const done: string[] = []
  let goOn = (): void => undefined
  const waiting = new Promise<void>((resolve) => {
    goOn = resolve
  })
  const nodes = Array.from({ length: count }, (_, index): Required<SystemServer> => {
    const act = async (what: string): Promise<void> => {
      done.push(`${what} ${index}`)
      if (what === slow) await waiting
    }
    return {
      name: `s${index}`,
      pause: () => act('pause'),
      resume: () => act('resume'),
      kill: () => act('kill'),
      restart: () => act('restart'),
      loseDisk: () => act('lose-disk'),
      isolate: () => act('isolate'),
      rejoin: async () => {
        await act('rejoin')
        return 70
      },
      moveLeaders: async () => {
        await act('move')
        return index
      },
      returnLeaders: () => act('return'),
    }
  })
  return { nodes, done, goOn }
}
const planned = (kind: OutageKind, server = 0) => ({ kind, server, at: 0, lasts: 0 })
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

describe('what can happen to servers', () => {
  test('is what each of them can have', () => {
    const { nodes } = servers(2)
    const [first, second] = nodes
    if (first === undefined || second === undefined) throw new Error('there are two')
    const { isolate: _isolate, loseDisk: _loseDisk, ...alone } = first
    expect(outageKindsOf({ servers: nodes })).toEqual(OUTAGE_KINDS.filter((kind) => kind !== 'clock-step'))
    expect(outageKindsOf({ servers: [alone, second] })).toEqual(['move-leader', 'pause', 'restart'])
    expect(outageKindsOf({ servers: [] })).toEqual([])
    expect(outageKindsOf({})).toEqual([])
  })

  test.each([
    ['pause', ['pause 1', 'resume 1'], { connections: 3, bytes: 0 }],
    ['restart', ['kill 1', 'restart 1'], { connections: 3, bytes: 0 }],
    ['lose-disk', ['kill 1', 'lose-disk 1', 'restart 1'], { connections: 3, bytes: 0 }],
    ['isolate', ['isolate 1', 'rejoin 1'], { connections: 0, bytes: 70 }],
    ['move-leader', ['move 1', 'return 1'], { connections: 3, bytes: 0 }],
  ] as const)('%s begins, ends, and tells what it touched', async (kind, steps, landed) => {
    const { nodes, done } = servers(3)
    const begin = createOutages({ system: { servers: nodes }, first: 2, connections: () => 3 })
    // Counted from the one that leads.
    const active = await begin(planned(kind, 2))
    expect(done).toEqual(steps.slice(0, -1))
    expect(await active?.heal()).toEqual(landed)
    expect(done).toEqual(steps)
  })

  test('a server without leaders has none to move, so that nothing has landed', async () => {
    const { nodes } = servers(3)
    const begin = createOutages({ system: { servers: nodes }, first: 0, connections: () => 3 })
    expect(await (await begin(planned('move-leader')))?.heal()).toEqual({ connections: 0, bytes: 0 })
  })

  test('nothing begins where there is no server, or it cannot have that', async () => {
    const options = { first: 0, connections: () => 3 }
    expect(await createOutages({ ...options, system: {} })(planned('pause'))).toBeNull()
    const [first] = servers(1).nodes
    if (first === undefined) throw new Error('there is one')
    const { rejoin: _rejoin, ...stuck } = first
    expect(await createOutages({ ...options, system: { servers: [stuck] } })(planned('isolate'))).toBeNull()
  })

  test('what is done to one server is done in turn, and others do not wait for it', async () => {
    const { nodes, done, goOn } = servers(2, 'resume')
    const begin = createOutages({ system: { servers: nodes }, first: 0, connections: () => 3 })
    const paused = await begin(planned('pause'))
    const resumed = paused?.heal()
    const killed = begin(planned('restart'))
    const other = await begin(planned('restart', 1))
    await turns()
    expect(done).toEqual(['pause 0', 'resume 0', 'kill 1'])
    goOn()
    await resumed
    await (await killed)?.heal()
    await other?.heal()
    expect(done).toEqual(['pause 0', 'resume 0', 'kill 1', 'kill 0', 'restart 0', 'restart 1'])
  })
})

test('outages are known to be under way until the last of them has ended', async () => {
  let now = 0
  const { nodes } = servers(2)
  const { begin, quietSince } = watchOutages(
    createOutages({ system: { servers: nodes }, first: 0, connections: () => 0 }),
    () => now,
  )
  expect(quietSince()).toBe(0)
  const active = [await begin(planned('pause', 0)), await begin(planned('restart', 1))]
  for (const one of active) {
    expect(quietSince()).toBe(Number.POSITIVE_INFINITY)
    now += 10
    await one?.heal()
  }
  expect(quietSince()).toBe(20)
})
