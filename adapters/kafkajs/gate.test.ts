import type { Broker, Cluster } from 'kafkajs'
import { expect, test } from 'vitest'
import { createBell } from './bell.ts'
import { createGate } from './gate.ts'

const LONG = 60_000

function guarded(within: number) {
  const joins: string[] = []
  const cluster = { findGroupCoordinator: async ({ groupId }: { groupId: string }) => void joins.push(groupId) }
  const gate = createGate(createBell())
  gate.guard(cluster as unknown as Cluster, within)
  return {
    gate,
    joins,
    join: () => cluster.findGroupCoordinator({ groupId: 'g' }) as Promise<unknown> as Promise<Broker>,
  }
}
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

test('the group is joined only when nobody is inside any more, and nobody gets in meanwhile', async () => {
  const { gate, joins, join } = guarded(LONG)
  const leave = gate.enter()
  const joined = join()
  await turns()
  expect(joins).toEqual([])
  expect(gate.isShut()).toBe(true)
  let opened = false
  const open = gate.open(new AbortController().signal).then(() => {
    opened = true
  })
  leave()
  await joined
  expect(joins).toEqual(['g'])
  await turns()
  expect(opened).toBe(false)
  gate.reopen()
  await open
})

test('a handler that takes too long does not keep the member out of its group', async () => {
  const { gate, joins, join } = guarded(1)
  gate.enter()
  await join()
  expect(joins).toEqual(['g'])
})

test('who waits outside goes when it is stopped', async () => {
  const { gate, join } = guarded(LONG)
  await join()
  const stop = new AbortController()
  const open = gate.open(stop.signal)
  stop.abort()
  await open
  expect(gate.isShut()).toBe(true)
})
