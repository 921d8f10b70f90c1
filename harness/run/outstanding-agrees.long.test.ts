/** The director and the checks mean the same by what is outstanding: over all scenarios and some generated plans, as each phase begins. */

import { describe, expect, test } from 'vitest'
import { isAccountedFor, isPending } from '../check/delivery/accounted.ts'
import { isEntitled, startsAtEarliest } from '../check/tracker/groups.ts'
import { createLedger } from '../check/tracker/ledger.ts'
import { isAcknowledged, outcomeOf } from '../check/tracker/operations.ts'
import type { Event, Phase } from '../events/kinds.ts'
import { isDiskLoss } from '../events/system.ts'
import type { RunHeader } from '../history/header.ts'
import { rank } from '../history/ranks.ts'
import { PACKAGE_ROOT } from '../own-package.ts'
import { fitPlan } from '../plan/fit.ts'
import { generatePlan } from '../plan/generate.ts'
import { loadScenarios } from '../plan/scenarios.ts'
import { startSimulatedLanes } from '../site/simulated/lanes.ts'
import { createOutstanding, type Owed } from './outstanding.ts'

/** For what no scenario has: messages that expire, and ids that come again. */
const GENERATED = 40
const scenarios = await loadScenarios(new URL('scenarios/', PACKAGE_ROOT))

const namesOf = (owed: readonly Owed[]): readonly string[] => owed.map(({ group, op }) => `${group} ${op}`).sort()

function forDirector(header: RunHeader, events: readonly Event[]): readonly string[] {
  const outstanding = createOutstanding(header.claims.write?.outbox === true)
  for (const event of events) outstanding.step(event)
  const told = new Set(events.flatMap((event) => (event.type === 'written' ? [event.op] : [])))
  // Of a process that was killed before it could tell, the row may be committed: for its event the director waits in vain or not.
  const untold = new Set(events.flatMap((event) => (event.type === 'write' ? [event.op] : [])))
  return namesOf(outstanding.owed().filter(({ op }) => told.has(op) || !untold.has(op)))
}

function forChecks(header: RunHeader, events: readonly Event[]): readonly string[] {
  const ledger = createLedger(header)
  for (const event of rank(events)) ledger.step(event)
  const lost = events.find(isDiskLoss)?.at ?? Number.NEGATIVE_INFINITY
  const acknowledged = [...ledger.operations.everything()].filter(
    (one) => isAcknowledged(one) && (outcomeOf(one)?.at ?? lost) > lost,
  )
  const owed = acknowledged.flatMap((operation) =>
    ledger.groups
      .on(operation.topic)
      .filter((group) => isEntitled(group, operation) && !isPending(ledger, group))
      .filter(({ group }) => !isAccountedFor(ledger, group, operation.op))
      .map(({ group }) => ({ group, op: operation.op })),
  )
  const unread = ledger.poisons.all.flatMap((poison) =>
    ledger.groups
      .on(poison.position.topic)
      .filter((group) => startsAtEarliest(group) && !isPending(ledger, group))
      .filter(({ group }) => ledger.poisons.takenAt(poison, group) === null)
      .map(({ group }) => ({ group, op: JSON.stringify(poison.position) })),
  )
  return namesOf([...owed, ...unread])
}

describe.each(['index', 'all-options', 'outbox', 'degraded'])('of memory/%s', (name) => {
  test('as each phase begins', { timeout: 120_000 }, async () => {
    const module = new URL(`../../adapters/memory/${name}.ts`, import.meta.url).href
    await using running = await startSimulatedLanes(module, 1)
    const { adapter, lanes } = running
    const { claims } = adapter
    const generated = Array.from({ length: GENERATED }, (_, index) => ({
      name: `the generated plan ${index}`,
      plan: generatePlan({ claims, site: 'simulated', leans: [] }, 1, index),
    }))
    for (const { name, plan } of [...scenarios, ...generated]) {
      const outcome = await lanes[0]?.execute(fitPlan(plan, claims), { keepHistory: true })
      const { header, events } = outcome?.history ?? expect.fail(`${name} left no history`)
      const until = (phase: Phase): readonly Event[] =>
        events.slice(
          0,
          events.findIndex((event) => event.type === 'phase' && event.phase === phase),
        )
      // In traffic the bus may still be at work on what the witness has found already.
      expect(forDirector(header, until('heal')), name).toEqual(
        expect.arrayContaining([...forChecks(header, until('heal'))]),
      )
      for (const phase of ['drain', 'close'] as const) {
        const owed = forDirector(header, until(phase))
        expect(owed, `${name}, before ${phase}`).toEqual(forChecks(header, until(phase)))
      }
    }
  })
})
