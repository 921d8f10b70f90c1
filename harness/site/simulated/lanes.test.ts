import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fitPlan } from '../../plan/fit.ts'
import { generatePlan } from '../../plan/generate.ts'
import { consumer, fault, plan } from '../../plan/parts.case.ts'
import type { Lanes } from '../lane.ts'
import { startSimulatedLanes } from './lanes.ts'

const adapterAt = (path: string): string => new URL(`../../../${path}`, import.meta.url).href

describe('the simulated site', () => {
  let running: Lanes

  beforeAll(async () => {
    running = await startSimulatedLanes(adapterAt('adapters/memory/index.ts'), 2)
  }, 30_000)
  afterAll(() => running[Symbol.asyncDispose]())

  test('gives the same history for the same plan, byte for byte, in any worker and after other runs', async () => {
    const [first, second] = running.lanes
    const plans = Array.from({ length: 12 }, (_, index) =>
      generatePlan(
        { claims: running.adapter.claims, site: 'simulated', leans: index % 2 === 0 ? [] : ['group-churn'] },
        5,
        index,
      ),
    )
    const ran = async (lane = first): Promise<string[]> => {
      const histories: string[] = []
      for (const plan of plans)
        histories.push(JSON.stringify((await lane?.execute(plan, { keepHistory: true }))?.history))
      return histories
    }
    const once = await ran()
    expect(await ran(second)).toEqual(once)
    expect(await ran()).toEqual(once)
    expect(new Set(once).size).toBe(plans.length)
  })

  test('runs to an end of its own, with faults that landed', async () => {
    const plan = generatePlan({ claims: running.adapter.claims, site: 'simulated', leans: ['publish-outage'] }, 5, 1)
    const outcome = await running.lanes[0]?.execute(plan, { keepHistory: true })
    expect(outcome?.error).toBeNull()
    expect(outcome?.history?.events.at(-1)?.type).toBe('end')
    expect(Object.values(outcome?.faults.landed ?? {}).length).toBeGreaterThan(0)
  })
})

test('what the broker still waits for on behalf of a client that has gone is no leak of that client', async () => {
  const latency = fault('latency', { role: 'consume', direction: 'up', at: 100, lasts: 200, amount: 400 })
  const settings = { 'publish.timeout': 100, 'consume.session': 1_000, 'close.deadline': 1_000 }
  const plans = Array.from({ length: 40 }, (_, seed) =>
    plan({ faults: [latency], consumers: [consumer()], topics: [{ partitions: 2 }], seed, settings }),
  )
  await using running = await startSimulatedLanes(adapterAt('adapters/memory/index.ts'), 1)
  for (const one of plans) {
    const outcome = await running.lanes[0]?.execute(fitPlan(one, running.adapter.claims))
    expect([outcome?.error, outcome?.findings['resources/1']?.violations]).toEqual([null, []])
  }
})

test.each([
  ['reads-a-file', /used files \(node:fs.*\) in the simulated site/],
  ['looks-up-a-name', /used name look-up \(node:dns\)/],
])('an adapter that %s leaves virtual time, and is told so by name', async (name, message) => {
  const running = await startSimulatedLanes(adapterAt(`test/fixtures/outside/${name}.ts`), 1)
  try {
    const plan = generatePlan({ claims: running.adapter.claims, site: 'simulated', leans: ['calm'] }, 5, 1)
    const outcome = await running.lanes[0]?.execute(plan)
    expect(outcome?.error).toMatch(message)
    expect(outcome?.findings).toEqual({})
  } finally {
    await running[Symbol.asyncDispose]()
  }
})
