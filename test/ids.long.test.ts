/** Systems that give their messages ids, whose order only the witness knows. */
import { describe, expect, test } from 'vitest'
import { certify } from '../harness/certify.ts'
import { judge } from '../harness/check/judge.ts'
import { rank } from '../harness/history/ranks.ts'
import { PACKAGE_ROOT } from '../harness/own-package.ts'
import { consumer, message, plan } from '../harness/plan/parts.case.ts'
import { loadScenarios } from '../harness/plan/scenarios.ts'
import { describeSystem } from '../harness/vitest.ts'
import { replayAll } from '../scripts/shrinking/replay-all.ts'
import { eventsWithIds } from './fixtures/ids/ids.ts'
import { violated } from './violated.case.ts'

/** Events that only a witness can report. */
const OF_WITNESS: ReadonlySet<string> = new Set(['received', 'stored', 'dead-letter', 'position', 'rows', 'poison'])

const BUS = new URL('fixtures/ids/bus.ts', import.meta.url)
const MEMORY = new URL('../adapters/memory/index.ts', import.meta.url)

test('a bus on such a system is certified, and each clause has the same occasions as with numbers', {
  timeout: 180_000,
}, async () => {
  const options = {
    site: 'simulated',
    seed: 7,
    runs: 20,
    lanes: 1,
    shrink: 0,
    failures: null,
    regressions: null,
  } as const
  const [ids, numbers] = [await certify(BUS, options), await certify(MEMORY, options)]
  expect(ids.error).toBeNull()
  expect(ids.verdicts).toEqual(numbers.verdicts)
  expect(violated(ids)).toEqual([])
})

const consumers = [consumer(), consumer({ node: 1, joinAt: 300 }), consumer({ group: 1 })]
const messages = Array.from({ length: 12 }, (_, index) =>
  message({ at: 50 * index, ...(index % 4 === 3 ? { outcome: { kind: 'throws', times: 9 } } : {}) }),
)

test('so is it on the real site', { timeout: 120_000 }, async () => {
  const certificate = await certify(BUS, {
    site: 'real',
    plans: [plan({ nodes: 2, topics: [{ partitions: 2 }], consumers, messages })],
    shrink: 0,
    failures: null,
    regressions: null,
  })
  expect(certificate.error).toBeNull()
  expect(violated(certificate)).toEqual([])
  const occasionsOf = (clause: string): number =>
    certificate.verdicts.find((one) => one.clause === clause)?.occasions ?? 0
  for (const clause of ['ordering/6', 'delivery/6', 'dead-letter/4'])
    expect([clause, occasionsOf(clause)]).not.toEqual([clause, 0])
})

test('where no witness knows the order of ids, a correct bus is accused of nothing', { timeout: 120_000 }, async () => {
  const scenarios = await loadScenarios(new URL('scenarios/', PACKAGE_ROOT))
  const outcomes = await replayAll(
    scenarios
      .filter(({ plan: { outages, kills } }) => outages.length === 0 && kills.length === 0)
      .map((scenario) => ({ module: MEMORY.href, plan: scenario.plan })),
  )
  const found = outcomes.flatMap(({ history }) => {
    if (history === null) throw new Error('the run left no history')
    const events = history.events.filter(({ type }) => !OF_WITNESS.has(type))
    const findings = judge({ ...history.header, witness: 'none' }, rank(eventsWithIds(events)), { complete: true })
    return Object.values(findings).flatMap(({ violations }) =>
      violations.map(({ clause, message }) => `${clause}: ${message}`),
    )
  })
  expect(outcomes.length).toBeGreaterThan(20)
  expect(found).toEqual([])
})

describe('the suite for systems', () => describeSystem(BUS))
