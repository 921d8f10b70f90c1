import { expect, test } from 'vitest'
import type { BusAdapter } from '../harness/adapter.ts'
import { fitPlan } from '../harness/plan/fit.ts'
import { startSimulatedLanes } from '../harness/site/simulated/lanes.ts'
import { plansOf } from './scenarios.case.ts'

const CLAUSE = 'fail-fast/9'
const plans = await plansOf('Batches in outages')

/** What the clauses find in the scenario of batches, by clause: the messages of what is violated. */
async function play(path: string) {
  const module = new URL(path, import.meta.url).href
  const { claims } = ((await import(module)) as { default: BusAdapter }).default
  await using running = await startSimulatedLanes(module, 1)
  const [plan] = plans
  if (plan === undefined) throw new RangeError('there is no such scenario')
  const outcome = await running.lanes[0]?.execute(fitPlan(plan, claims), { keepHistory: true })
  const found = Object.entries(outcome?.findings ?? {})
  return {
    error: outcome?.error,
    events: outcome?.history?.events ?? [],
    occasions: outcome?.findings[CLAUSE]?.occasions,
    violated: found.flatMap(([clause, { violations }]) => violations.map(({ message }) => `${clause}: ${message}`)),
  }
}

test.each([
  '../adapters/memory/by-key.ts',
  '../adapters/memory/breaker-around-retries.ts',
  '../adapters/memory/pooled.ts',
  '../adapters/memory/all-options.ts',
  '../adapters/memory/writing.ts',
])('%s keeps to what it claims of batches, and to all else meanwhile', async (path) => {
  const { error, occasions, violated } = await play(path)
  expect({ error, violated }).toEqual({ error: null, violated: [] })
  expect(occasions).toBeGreaterThan(10)
})

test('a flush waits for what is queued while the breaker is open', async () => {
  const { events, violated } = await play('../adapters/memory/degraded.ts')
  expect(violated).toEqual([])
  const queued = events.filter((event) => event.type === 'published' && event.status === 'queued')
  expect(queued.length).toBeGreaterThan(3)
  const waited = events
    .filter((event) => event.type === 'flushed')
    .filter(({ at }) => events.some((event) => event.type === 'settled' && event.at <= at && event.at > at - 1))
  expect(waited.length).toBeGreaterThan(0)
})

test('a flush that does not wait is caught by its clause alone', async () => {
  const { violated } = await play('./fixtures/flushes-at-once.ts')
  expect(violated.length).toBeGreaterThan(0)
  for (const message of violated)
    expect(message).toMatch(/^fail-fast\/9: the flush of n[01] returned while [\w-]+ was pending$/)
})
