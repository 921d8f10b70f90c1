import { expect, test } from 'vitest'
import { generatePlan } from '../plan/generate.ts'
import { startSimulatedLanes } from '../site/simulated/lanes.ts'
import { parseHistory } from './read.ts'

test('what runs record is read back as it was', async () => {
  await using running = await startSimulatedLanes(new URL('../../adapters/memory/index.ts', import.meta.url).href, 1)
  const { claims } = running.adapter
  const types = new Set<string>()
  for (const lean of ['publish-outage', 'dead-letter-outage', 'group-churn'] as const) {
    const plan = generatePlan({ claims, site: 'simulated', leans: [lean] }, 5, 1)
    const outcome = await running.lanes[0]?.execute({ ...plan, kills: [{ node: 0, at: 50 }] }, { keepHistory: true })
    if (outcome?.history == null) throw new Error('the run left no history')
    const { header, events } = outcome.history
    const text = [header, ...events].map((entry) => `${JSON.stringify(entry)}\n`).join('')
    expect(parseHistory(text, 'history.jsonl')).toEqual(
      JSON.parse(JSON.stringify({ header, events, complete: true, note: null })),
    )
    for (const { type } of events) types.add(type)
  }
  expect([...types]).toEqual(
    expect.arrayContaining([
      'publish',
      'deliver',
      'stored',
      'dead-letter',
      'fault',
      'healed',
      'killed',
      'committed',
      'end',
    ]),
  )
}, 30_000)
