import { expect, test } from 'vitest'
import type { Event } from '../events/kinds.ts'
import { exampleClaims } from '../plan/claims.case.ts'
import { generatePlan } from '../plan/generate.ts'
import type { Plan } from '../plan/plan.ts'
import { missedIn } from './missed.ts'

const plan: Plan = {
  ...generatePlan({ claims: exampleClaims, site: 'simulated', leans: ['calm'] }, 5, 1),
  nodes: 2,
  faults: [
    { kind: 'refuse', role: 'publish', direction: 'up', at: 300, lasts: 10, amount: 0 },
    { kind: 'cut', role: 'consume', direction: 'down', at: 400, lasts: 10, amount: 7 },
  ],
  outages: [{ kind: 'pause', server: 0, at: 500, lasts: 10 }],
  kills: [{ node: 3, at: 600 }],
}

const healed = (fault: number, connections: number): Event => ({
  type: 'healed',
  at: 0,
  fault,
  kind: 'refuse',
  role: 'publish',
  landed: { connections, bytes: 0 },
})
const killed: Event = { type: 'killed', at: 0, node: 'n1' }

test('nothing is missed where each fault has landed, and each node that was to be killed was', () => {
  expect(missedIn(plan, [healed(0, 1), healed(1, 2), healed(2, 1), killed])).toEqual([])
})

test('what touched nothing is missed, and what never began', () => {
  expect(missedIn(plan, [healed(0, 1), healed(1, 0)])).toEqual([
    { number: 1, name: 'cut down on consume, 400 ms after traffic began' },
    { number: 2, name: 'pause of a server, 500 ms after traffic began' },
    { number: 3, name: 'kill of node n1, 600 ms after traffic began' },
  ])
})
