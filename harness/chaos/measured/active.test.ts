import { expect, test } from 'vitest'
import type { Event } from '../../events/kinds.ts'
import { createActive } from './active.ts'

const fault = (number: number, kind: 'refuse' | 'reset' = 'refuse'): Event => ({
  type: 'fault',
  at: 0,
  fault: number,
  kind,
  role: 'publish',
  direction: 'up',
})
const healed = (number: number): Event => ({
  type: 'healed',
  at: 1,
  fault: number,
  kind: 'refuse',
  role: 'publish',
  landed: { connections: 1, bytes: 0 },
})
const changed = (node: string, to: 'open' | 'half-open' | 'closed' | 'shut-down'): Event => ({
  type: 'breaker-changed',
  at: 0,
  node,
  from: 'closed',
  to,
})

function stage() {
  const told: string[] = []
  const active = createActive((name) => {
    told.push(`${name} begins`)
    return () => void told.push(`${name} ends`)
  })
  return { active, told }
}

test('a fault is active until it is healed, in its epoch, and named once', () => {
  const { active, told } = stage()
  for (const one of [fault(0), fault(1), fault(2, 'reset')]) active.step(1, one)
  active.step(2, fault(0))
  expect(active.faults()).toEqual(['publish: refuse', 'publish: reset'])
  for (const number of [0, 1]) active.step(1, healed(number))
  expect(active.faults()).toEqual(['publish: reset', 'publish: refuse'])
  active.step(2, healed(0))
  active.step(2, healed(0))
  expect(active.faults()).toEqual(['publish: reset'])
  expect(told.filter((one) => one === 'publish: refuse ends')).toHaveLength(3)
})

test('a breaker counts by its state, until it is closed or its node is gone', () => {
  const { active } = stage()
  for (const node of ['n0', 'n1', 'n2', 'n3']) active.step(1, changed(node, 'open'))
  active.step(2, changed('n0', 'half-open'))
  expect(active.breakers()).toEqual({ open: 4, 'half-open': 1 })
  active.step(1, changed('n0', 'closed'))
  active.step(1, changed('n1', 'shut-down'))
  active.step(1, { type: 'killed', at: 0, node: 'n2' })
  active.step(1, changed('n3', 'half-open'))
  expect(active.breakers()).toEqual({ 'half-open': 2 })
})

test.each([
  ['is over', (active: ReturnType<typeof createActive>) => active.letGo(1)],
  [
    'is made again',
    (active: ReturnType<typeof createActive>) => active.step(1, { type: 'phase', at: 0, phase: 'traffic' }),
  ],
])('nothing of an epoch that %s is active', (_name, ends) => {
  const { active, told } = stage()
  for (const epoch of [1, 11]) for (const one of [fault(0), changed('n0', 'open')]) active.step(epoch, one)
  ends(active)
  expect([active.faults(), active.breakers()]).toEqual([['publish: refuse'], { open: 1 }])
  expect(told).toEqual(['publish: refuse begins', 'publish: refuse begins', 'publish: refuse ends'])
})
