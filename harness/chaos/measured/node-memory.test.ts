import { expect, test } from 'vitest'
import type { Event } from '../../events/kinds.ts'
import { createNodeMemory } from './node-memory.ts'

const MINUTE = 60_000

const before = (owner: string, memory: number): Event => ({
  type: 'resources',
  at: 0,
  owner,
  when: 'baseline',
  counts: {},
  memory,
})

/** Each epoch of a minute, by what the nodes of two lanes hold before it. */
function watched(epochs: number, of: (epoch: number) => readonly (readonly [number, Event])[]) {
  let now = 0
  const nodes = createNodeMemory(() => now)
  for (let epoch = 0; epoch < epochs; epoch++) {
    now = epoch * MINUTE
    for (const [lane, event] of of(epoch)) nodes.step(lane, event)
  }
  return nodes.steepest()
}

test('the steepest of all processes, each of which warms up', () => {
  const found = watched(12, (epoch) => [
    [0, before('n0', 5_000)],
    [0, before('n1', epoch < 3 ? epoch * 9_000 : 30_000 + epoch * 10)],
    [1, before('n1', 8_000 - epoch)],
  ])
  expect(found).toEqual({ perHour: 600, plusMinus: 0 })
})

test.each<[string, Event]>([
  ['was killed', { type: 'killed', at: 0, node: 'n0' }],
  ['crashed', { type: 'crashed', at: 0, node: 'n0', how: 'exit', message: '', leaked: [] }],
])('a process that %s and the next with its name are two', (_how, ends) => {
  const found = watched(24, (epoch) => [
    [0, before('n0', epoch < 12 ? epoch : 1_000_000)],
    ...(epoch === 11 ? ([[0, ends]] as const) : []),
  ])
  expect(found).toEqual({ perHour: 60, plusMinus: 0 })
})

test('nothing from few epochs, or where nobody weighs', () => {
  expect(watched(6, () => [[0, before('n0', 1)]])).toBeNull()
  const { memory: _, ...unweighed } = before('n0', 1) as Extract<Event, { type: 'resources' }>
  expect(watched(20, () => [[0, unweighed]])).toBeNull()
})
