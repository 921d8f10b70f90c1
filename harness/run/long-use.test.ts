import { expect, test } from 'vitest'
import type { Event } from '../events/kinds.ts'
import { isUsedOp } from '../plan/message.ts'
import { plan } from '../plan/parts.case.ts'
import { isUsedRow } from '../plan/rows.ts'
import { startSimulatedLanes } from '../site/simulated/lanes.ts'

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
  const always = ['message', 'key', 'retry', 'dead letter', 'abort', 'failure', 'write', 'group']
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
