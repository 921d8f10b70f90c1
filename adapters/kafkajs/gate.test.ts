import type { Cluster } from 'kafkajs'
import { expect, test } from 'vitest'
import { createBell } from './bell.ts'
import { createGate } from './gate.ts'

const LONG = 60_000

interface Coordinator {
  joinGroup(): Promise<void>
  syncGroup(): Promise<void>
}

function guarded(within: number, answers: Partial<Record<'find' | 'join' | 'sync', Error>> = {}) {
  const joins: string[] = []
  const halfway: unknown[] = []
  const answer = async (error: Error | undefined): Promise<void> => {
    if (error !== undefined) throw error
  }
  const coordinator: Coordinator = {
    joinGroup: () => answer(answers.join),
    syncGroup: () => answer(answers.sync),
  }
  const cluster = {
    findGroupCoordinator: async ({ groupId }: { groupId: string }) => {
      joins.push(groupId)
      await answer(answers.find)
      return coordinator
    },
  }
  const gate = createGate(createBell())
  gate.guard(cluster as unknown as Cluster, within, (cause) => halfway.push(cause))
  const join = (): Promise<Coordinator> => cluster.findGroupCoordinator({ groupId: 'g' })
  return { gate, joins, halfway, join }
}
const refusal = (type: string): Error => Object.assign(new Error(type), { type })
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

test('the group is joined only when the gate is empty, and nothing enters meanwhile', async () => {
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

test.each([
  ['no coordinator is found', { find: new Error('no connection') }],
  ['the coordinator refuses for now', { join: refusal('GROUP_LOAD_IN_PROGRESS') }],
])('when %s, all is as before the join', async (_when, answers) => {
  const { gate, halfway, join } = guarded(LONG, answers)
  await expect(join().then((coordinator) => coordinator.joinGroup())).rejects.toThrow()
  expect(gate.isShut()).toBe(false)
  expect(halfway).toEqual([])
})

test.each([
  ['there is no answer', { join: new Error('no answer') }],
  ['kafkajs joins again by itself', { join: refusal('NOT_COORDINATOR_FOR_GROUP') }],
])('when %s, nothing enters', async (_when, answers) => {
  const { gate, join } = guarded(LONG, answers)
  await expect(join().then((coordinator) => coordinator.joinGroup())).rejects.toThrow()
  expect(gate.isShut()).toBe(true)
})

test('a member that has joined and is not told its partitions is halfway in', async () => {
  const sync = new Error('no answer')
  const { halfway, join } = guarded(LONG, { sync })
  const coordinator = await join()
  await coordinator.joinGroup()
  await expect(coordinator.syncGroup()).rejects.toThrow()
  // However often it is found again.
  await join()
  await expect(coordinator.syncGroup()).rejects.toThrow()
  expect(halfway).toEqual([sync, sync])
})
