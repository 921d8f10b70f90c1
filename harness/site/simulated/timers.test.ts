import { expect, test } from 'vitest'
import { generatePlan } from '../../plan/generate.ts'
import type { Plan } from '../../plan/plan.ts'
import { startSimulatedLanes } from './lanes.ts'

/** Two nodes, and no message: the timers are all that there is to see. */
async function leaksOf(
  fixture: string,
  change: Partial<Plan>,
  say: 'message' | 'actual' = 'message',
): Promise<readonly string[]> {
  const module = new URL(`../../../test/fixtures/timers/${fixture}.ts`, import.meta.url)
  await using running = await startSimulatedLanes(module.href, 1)
  const plan = generatePlan({ claims: running.adapter.claims, site: 'simulated', leans: ['calm'] }, 5, 1)
  const quiet = { ...plan, nodes: 2, messages: [], closes: [], kills: [], ...change }
  const outcome = await running.lanes[0]?.execute(quiet, { keepHistory: true })
  expect(outcome?.error).toBeNull()
  return (outcome?.findings['resources/1']?.violations ?? []).map((violation) => violation[say])
}

test("a killed node whose close dawdles leaves nothing that counts as anybody's", async () => {
  expect(await leaksOf('dawdles', { kills: [{ node: 0, at: 10 }] })).toEqual([])
}, 30_000)

test('timers are the leak of the node whose work set them, also from what the network brings', async () => {
  expect(await leaksOf('leaks-on-answer', {})).toEqual(
    ['n0', 'n1', 'drain'].map((node) => `${node} still has 1 more timers after close than before (leak)`),
  )
}, 30_000)

test('a timer that is left is told with the place where it was set', async () => {
  expect((await leaksOf('leaks-on-answer', {}, 'actual'))[0]).toMatch(
    /^timers: 1 \(set at .*timers\/leaks-on-answer\.ts:\d+/,
  )
}, 30_000)

test('a timer that keeps no process alive is no leak, as on the real site', async () => {
  expect(await leaksOf('keeps-nothing-alive', {})).toEqual([])
}, 30_000)
