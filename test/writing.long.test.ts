/** Buses that store rows with their events, and the scenarios that are made for them. */
import { expect, test } from 'vitest'
import { certify } from '../harness/certify.ts'
import type { Event, EventOf } from '../harness/events/kinds.ts'
import { PACKAGE_ROOT } from '../harness/own-package.ts'
import { fitPlan } from '../harness/plan/fit.ts'
import { loadScenarios } from '../harness/plan/scenarios.ts'
import { startSimulatedLanes } from '../harness/site/simulated/lanes.ts'

const scenarios = await loadScenarios(new URL('scenarios/', PACKAGE_ROOT))
const placeOf = (name: string): URL => new URL(`../adapters/memory/${name}.ts`, import.meta.url)

test.each(['writing', 'writing-optional', 'outbox'])(
  '%s keeps a write and its event together',
  {
    timeout: 60_000,
  },
  async (name) => {
    const { verdicts, error } = await certify(placeOf(name), {
      site: 'simulated',
      seed: 1,
      runs: 10,
      lanes: 1,
      only: ['fail-fast/8', 'fail-fast/2', 'fail-fast/3'],
      failures: null,
    })
    expect(error).toBeNull()
    expect(verdicts.flatMap(({ violations }) => violations)).toEqual([])
    expect(verdicts.find(({ clause }) => clause === 'fail-fast/8')?.occasions).toBeGreaterThan(0)
  },
)

/** What happens when the scenario is played on the bus of this name. */
async function play(scenario: string, adapter: string) {
  const plan = scenarios.find(({ name }) => name === scenario)?.plan
  if (plan === undefined) throw new Error(`there is no scenario "${scenario}"`)
  await using running = await startSimulatedLanes(placeOf(adapter).href, 1)
  const outcome = await running.lanes[0]?.execute(fitPlan(plan, running.adapter.claims), { keepHistory: true })
  expect(outcome?.error).toBeNull()
  const events: readonly Event[] = outcome?.history?.events ?? []
  return <T extends Event['type']>(type: T) => events.filter((event): event is EventOf<T> => event.type === type)
}

/** A fault is on, or not. */
const inFault = (of: Awaited<ReturnType<typeof play>>, at: number): boolean =>
  of('fault').some(
    (began) => began.at <= at && (of('healed').find(({ fault }) => fault === began.fault)?.at ?? at) > at,
  )

test('writes in outages: rows are stored and rolled back, in calm and while the link is broken, and some fail', async () => {
  const of = await play('Writes in outages', 'writing')
  for (const rollsBack of [true, false]) {
    const asked = of('write').filter((write) => write.rollsBack === rollsBack)
    expect(new Set(asked.map(({ at }) => inFault(of, at)))).toEqual(new Set([true, false]))
  }
  const effects = of('written').map(({ status, error }) => (status === 'stored' ? 'stored' : error?.effect))
  expect(new Set(effects)).toEqual(new Set(['stored', 'none', 'unknown']))
  const ids = of('rows').flatMap(({ rows }) => rows.map(({ id }) => id))
  const lost = of('written').filter(({ error }) => error?.effect === 'unknown')
  const rowOf = (op: string) => of('write').find((write) => write.op === op)?.row.id ?? ''
  expect(lost.some(({ op }) => ids.includes(rowOf(op)))).toBe(true)
})

test('writes in outages: where events are optional, a row stands without its event, and its receipt says so', async () => {
  const of = await play('Writes in outages', 'writing-optional')
  const alone = of('written').filter(({ event }) => event === 'failed')
  expect(alone.length).toBeGreaterThan(0)
  expect(alone.some(({ op }) => !of('stored').some((stored) => stored.op === op))).toBe(true)
})

test('killed between commit and publish: rows of a process that is gone have their events, and some were told of and some not', async () => {
  const of = await play('Killed between commit and publish', 'outbox')
  const [killed] = of('killed')
  const at = killed?.at ?? 0
  const ids = of('rows').flatMap(({ rows }) => rows.map(({ id }) => id))
  const storedAt = (op: string) => of('stored').find((stored) => stored.op === op)?.at ?? 0
  const left = of('write').filter(
    ({ node, op, row }) => node === killed?.node && ids.includes(row.id) && storedAt(op) > at,
  )
  const told = new Set(of('written').map(({ op }) => op))
  expect(new Set(left.map(({ op }) => told.has(op)))).toEqual(new Set([true, false]))
  expect(left.every(({ op }) => of('handled').some((handled) => handled.op === op))).toBe(true)
})

test.each(['writing', 'writing-optional', 'outbox'])(
  '%s is asked after the last heal to store a row by each node again, and does',
  async (name) => {
    const of = await play('Writes in outages', name)
    const heal = of('phase').find(({ phase }) => phase === 'heal')
    const healed = of('healed').at(-1)
    const asked = of('write').filter(({ op }) => op.startsWith('probe-row-'))
    expect(new Set(asked.map(({ node }) => node))).toEqual(new Set(of('opened').flatMap(planned)))
    expect(asked.every(({ at }) => at >= Math.max(heal?.at ?? Infinity, healed?.at ?? Infinity))).toBe(true)
    const done = of('written').filter(({ event }) => event === 'acknowledged' || event === 'queued')
    for (const { node } of asked)
      expect(asked.some((one) => one.node === node && done.some(({ op }) => op === one.op))).toBe(true)
  },
)

/** The node, where it is one of the plan's. */
const planned = ({ node }: EventOf<'opened'>): string[] => (node === 'drain' ? [] : [node])

test('a bus that stores no rows is not asked to', async () => {
  const of = await play('Writes in outages', 'index')
  expect([of('publish').length > 0, of('write')]).toEqual([true, []])
})
