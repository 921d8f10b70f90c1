import { expect, test } from 'vitest'
import { fixed, resolveClaims } from '../claims.ts'
import type { Event } from '../events/kinds.ts'
import type { Command } from '../host/host.ts'
import type { Link } from '../link/link.ts'
import { exampleClaims } from '../plan/claims.case.ts'
import { isUsedOp } from '../plan/message.ts'
import { plan } from '../plan/parts.case.ts'
import { isUsedRow } from '../plan/rows.ts'
import { startSimulatedLanes } from '../site/simulated/lanes.ts'
import type { RunEnvironment } from './environment.ts'
import { createLongUse } from './long-use.ts'

const USED = plan({ uses: 10, settings: { 'publish.deadline': 1_000 } })
const at = (module: string): string => new URL(`../../${module}`, import.meta.url).href

async function eventsOf(module: string): Promise<readonly Event[]> {
  await using running = await startSimulatedLanes(at(module), 1)
  const outcome = await running.lanes[0]?.execute(USED, { keepHistory: true })
  expect(outcome?.error).toBeNull()
  const violated = Object.entries(outcome?.findings ?? {}).filter(([, { violations }]) => violations.length > 0)
  expect(violated).toEqual([])
  return outcome?.history?.events ?? []
}

const usedFor = (events: readonly Event[]): readonly string[] => [
  ...new Set(events.flatMap((event) => (event.type === 'used' ? [event.of] : []))),
]

test('a bus is used for everything that it claims, in three rounds or more, before any other is opened', async () => {
  const events = await eventsOf('adapters/memory/outbox.ts')
  const always = [
    ...['message', 'key', 'retry', 'dead letter', 'abort', 'failure', 'write', 'group'],
    ...['batch', 'health check'],
  ]
  expect(usedFor(events)).toEqual(always)
  for (const of of always) {
    const rounds = events.flatMap((event) => (event.type === 'used' && event.of === of ? [event] : []))
    expect(rounds.map(({ round }) => round)).toEqual(Array.from(rounds.keys()))
    expect(rounds.length).toBeGreaterThanOrEqual(3)
    expect(rounds.every(({ apart, times }) => apart && times === (of === 'group' ? 2 : 10))).toBe(true)
  }
  const opened = events.findIndex((event) => event.type === 'open' && event.node !== 'used')
  expect(opened).toBeGreaterThan(events.findLastIndex(({ type }) => type === 'used'))
  expect(usedFor(await eventsOf('test/buses/at-most-once.ts'))).toEqual(['message', 'key', 'abort', 'failure', 'group'])
  expect(usedFor(await eventsOf('adapters/memory/observed.ts'))).toContain('scrape')
  // It reports no dead letters.
  expect(usedFor(await eventsOf('test/buses/batching/index.ts'))).toContain('dead letter')
}, 60_000)

test('of its traffic nothing is recorded, neither by the witness nor of rows', async () => {
  const events = await eventsOf('adapters/memory/outbox.ts')
  const traffic = events.filter((event) => 'op' in event && event.op !== null && isUsedOp(event.op))
  expect(traffic).toEqual([])
  const own = new Set(events.flatMap((event) => ('node' in event && event.node === 'used' ? [event.type] : [])))
  expect([...own].toSorted()).toEqual(['close', 'closed', 'open', 'opened', 'used'])
  const rows = events.flatMap((event) => (event.type === 'rows' ? event.rows : []))
  expect(rows.filter(({ id }) => isUsedRow(id))).toEqual([])
  expect(rows.length).toBeGreaterThan(0)
  expect(JSON.stringify(events.filter(({ type }) => type === 'position'))).not.toContain('used')
}, 60_000)

test('a host that fails while its link refuses leaves no fault behind', async () => {
  const faults: string[] = []
  const link: Link = {
    role: 'publish',
    async apply({ kind }) {
      faults.push(kind)
      return {
        async heal() {
          faults.push('healed')
          return { connections: 0, bytes: 0 }
        },
      }
    },
    connections: () => 0,
    async [Symbol.asyncDispose]() {},
  }
  const send = async (command: Command): Promise<void> => {
    if (command.do === 'publish' && faults.length > 0) throw new Error('the host is gone')
  }
  const environment: RunEnvironment = {
    links: { publish: link, consume: link, 'dead-letter': link },
    config: { prefix: 'r', credentials: {}, canaries: {}, addresses: {}, epoch: 0 },
    outage: async () => null,
    poison: async () => null,
    keepFlows() {},
    forget: () => true,
    now: () => performance.now(),
    host: async (node) => ({ node, send, async kill() {}, async [Symbol.asyncDispose]() {} }),
    async census() {},
    async readWitness() {},
    async [Symbol.asyncDispose]() {},
  }
  const short = { timeout: fixed(1), deadline: fixed(1) }
  const claims = resolveClaims({ ...exampleClaims, publish: short }, {})
  const used = createLongUse(USED, claims, 'r').carryOut({ environment, isAborted: () => false })
  await expect(used).rejects.toThrow('the host is gone')
  expect(faults).toEqual(['refuse', 'healed'])
})
