import { expect, test } from 'vitest'
import { generatePlan } from '../../plan/generate.ts'
import { startSimulatedLanes } from './lanes.ts'
import { VIRTUAL_EPOCH } from './patch.ts'

test("a run begins at the adapter's own epoch, and counts the server and the process before and after", async () => {
  const running = await startSimulatedLanes(new URL('../../../adapters/memory/index.ts', import.meta.url).href, 1)
  try {
    const plan = generatePlan({ claims: running.adapter.claims, site: 'simulated', leans: ['calm'] }, 5, 1)
    for (let run = 0; run < 2; run++) {
      const outcome = await running.lanes[0]?.execute(plan, { keepHistory: true })
      expect(outcome?.history?.header.startedAt).toBe(VIRTUAL_EPOCH)
      const counted = (outcome?.history?.events ?? []).filter((event) => event.type === 'resources')
      const members = counted.filter(({ owner }) => owner === 'server').map(({ when, counts }) => [when, counts])
      expect(members).toEqual([
        ['baseline', { members: 0 }],
        ['after', { members: 0 }],
      ])
      const listeners = counted.filter(({ owner }) => owner === 'all nodes')
      expect(listeners.map(({ counts }) => counts['process listeners'])).toEqual([
        expect.any(Number),
        listeners[0]?.counts['process listeners'],
      ])
    }
  } finally {
    await running[Symbol.asyncDispose]()
  }
}, 30_000)
