import { expect, test } from 'vitest'
import type { Event } from '../events/kinds.ts'
import type { ActiveFault, Link } from '../link/link.ts'
import { exampleClaims } from '../plan/claims.case.ts'
import { generatePlan } from '../plan/generate.ts'
import type { Plan } from '../plan/plan.ts'
import type { RunEnvironment } from './environment.ts'
import { createInjection } from './injection.ts'

const plan: Plan = {
  ...generatePlan({ claims: exampleClaims, site: 'simulated', leans: ['calm'] }, 5, 1),
  faults: [{ kind: 'refuse', role: 'publish', direction: 'up', at: 0, lasts: 10, amount: 0 }],
  outages: [{ kind: 'restart', server: 0, at: 0, lasts: 10 }],
}
const OUTAGE = plan.faults.length

/** A promise that is settled from outside. */
function deferred<T>() {
  let resolve = (_value: T): void => undefined
  let reject = (_error: Error): void => undefined
  const promise = new Promise<T>((...settle) => {
    ;[resolve, reject] = settle
  })
  return { promise, resolve, reject }
}

function injecting(outage: () => Promise<ActiveFault | null>) {
  const told: string[] = []
  let now = 0
  const link = { apply: async () => ({ heal: async () => ({ connections: 1, bytes: 0 }) }) } as unknown as Link
  const environment = {
    links: { publish: link, consume: link, 'dead-letter': link },
    outage,
    now: () => now++,
  } as unknown as RunEnvironment
  const record = (event: Event): void => {
    if (event.type === 'fault' || event.type === 'healed') told.push(`${event.type} ${event.fault} at ${event.at}`)
  }
  return { injection: createInjection({ plan, environment, record }), told }
}
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

test('faults of links are waited for, so that they are told at their place', async () => {
  const { injection, told } = injecting(async () => null)
  await injection.fault(0)
  expect(told).toEqual(['fault 0 at 0'])
  await injection.heal(0)
  expect(told).toEqual(['fault 0 at 0', 'healed 0 at 1'])
})

test('traffic waits neither for an outage nor for its end, but the heal of everything does', async () => {
  const [beginning, ending] = [deferred<ActiveFault>(), deferred<{ connections: number; bytes: number }>()]
  const { injection, told } = injecting(() => beginning.promise)
  injection.outage(0)
  await injection.heal(OUTAGE)
  beginning.resolve({ heal: () => ending.promise })
  await turns()
  // From when it began on, although it is told only once it is complete.
  expect(told).toEqual(['fault 1 at 0'])
  let healed = false
  const all = injection.healAll().then(() => {
    healed = true
  })
  await turns()
  expect(healed).toBe(false)
  ending.resolve({ connections: 2, bytes: 0 })
  await all
  expect(told).toEqual(['fault 1 at 0', 'healed 1 at 1'])
})

test('what still lasts ends when everything is healed, and only once', async () => {
  let heals = 0
  const { injection, told } = injecting(async () => ({
    heal: async () => {
      heals += 1
      return { connections: 2, bytes: 0 }
    },
  }))
  await injection.fault(0)
  injection.outage(0)
  await injection.healAll()
  await injection.healAll()
  await injection.abandon()
  expect(heals).toBe(1)
  expect(told.filter((text) => text.startsWith('healed'))).toHaveLength(2)
})

test('where servers can have no such outage, nothing is told', async () => {
  const { injection, told } = injecting(async () => null)
  injection.outage(0)
  await injection.healAll()
  expect(told).toEqual([])
})

test('an outage that fails is reported when everything is healed, not as an unhandled rejection', async () => {
  const beginning = deferred<ActiveFault>()
  const { injection } = injecting(() => beginning.promise)
  injection.outage(0)
  beginning.reject(new Error('it does not start again'))
  await turns()
  await expect(injection.healAll()).rejects.toThrow('it does not start again')
  await injection.abandon()
})
