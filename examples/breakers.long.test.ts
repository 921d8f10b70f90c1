/** What docs/breakers.md says of opossum and cockatiel is what they do: each finding still fails, and the rest passes. */
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { exploreCalled, wanderCalled } from '../harness/breaker/explore-called.ts'
import { certify } from '../harness/certify.ts'
import type { BreakerClaim } from '../harness/claims.ts'
import { run } from '../harness/cli/run-program.case.ts'
import { installedVersion } from '../harness/own-package.ts'
import { planIn } from '../harness/plan/scenarios.ts'
import { replay } from '../harness/replay.ts'
import { BREAKERS, clauseRows, FINDINGS, modelRows } from './table.ts'

const LIMIT = 120_000
const page = await readFile(new URL('../docs/breakers.md', import.meta.url), 'utf8')
const rowsOf = (heading: string): readonly string[] =>
  (page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => /^\| (`|[a-z-]+\/)/.test(line))

const REST: Omit<BreakerClaim<number>, 'trip'> = {
  reset: 100,
  halfOpen: { permits: 1, closeAfter: 1, reopenOn: 1 },
  retry: 'outside',
  code: 'OPEN',
}
const TRIPS = [
  ['opossum', 'the first failure', { when: 'failure-rate', above: 10, calls: 1, window: 60_000 }],
  ['opossum', 'half of two calls', { when: 'failure-rate', above: 49, calls: 2, window: 60_000 }],
  ['cockatiel', 'the first failure', { when: 'consecutive-failures', failures: 1 }],
  ['cockatiel', 'two failures in a row', { when: 'consecutive-failures', failures: 2 }],
] as const
const ACTIONS = ['ask', 'almost', 'moment', 'success', 'failure', 'time-out'] as const

it('names the versions', () => {
  for (const name of Object.keys(BREAKERS)) expect(page).toContain(`${name} ${installedVersion(name)}`)
})

describe('the table of the model', () => {
  it('says of each line what each breaker does', async () => {
    expect(rowsOf('Against the model')).toEqual(await modelRows())
  })

  it.each(TRIPS)(
    '%s, opened by %s, is as it must be in every sequence of six steps without late ends',
    async (name, _, trip) => {
      const make = BREAKERS[name]
      if (make === undefined) throw new Error(`there is no ${name}`)
      const { steps, disagreement } = await exploreCalled({ ...REST, trip }, make, {
        depth: 6,
        actions: ACTIONS,
        oneAtATime: true,
      })
      expect(disagreement).toBeNull()
      expect(steps).toBeGreaterThan(2_000)
    },
  )

  it.each([TRIPS[2], TRIPS[3]])('%s, opened by %s, is so on long walks', async (name, _, trip) => {
    const make = BREAKERS[name]
    if (make === undefined) throw new Error(`there is no ${name}`)
    const walks = { seed: 1, walks: 50, length: 60, actions: ACTIONS, oneAtATime: true }
    expect((await wanderCalled({ ...REST, trip }, make, walks)).disagreement).toBeNull()
  })
})

describe('busproof breaker', () => {
  const module = './examples/opossum.ts'
  const line = (name: string): string => `./examples/lines/opossum/${name}.json`

  it('says at which step a breaker and the machine part, and ends with 1', async () => {
    const { code, stdout } = await run(['breaker', module, line('shut-down-is-final-after-failures')])
    expect(code).toBe(1)
    expect(stdout).toContain('expected    refused\nactual      let in\nFAILED at step 9 of 9\n')
  })

  it('ends with 0 where they agree', async () => {
    const { code, stdout } = await run(['breaker', module, line('one-probe-at-a-time')])
    expect(code).toBe(0)
    expect(stdout).toMatch(/\nAGREED .+\n$/)
  })

  it('refuses a module without a breaker, and a sequence that is none', async () => {
    const without = await run(['breaker', './examples/own-bus.ts', line('one-probe-at-a-time')])
    expect([without.code, without.stderr]).toEqual([
      2,
      './examples/own-bus.ts: the module does not export a function makeBreaker(claim, onChanged); add it\n',
    ])
    const none = await run(['breaker', module, './examples/findings/opossum/breaker-7.json'])
    expect(none.code).toBe(2)
    expect(none.stderr).toContain('breaker-7.json')
  })
})

describe('the table of the clauses', () => {
  it('says of each clause what is found', () => {
    expect(rowsOf('As a bus')).toEqual(clauseRows())
  })

  const found = Object.entries(FINDINGS).flatMap(([name, plans]) =>
    Object.entries(plans).map(([clause, plan]) => [name, clause, plan] as const),
  )
  it.each(found)(
    '%s violates %s in the plan %s',
    async (name, clause, plan) => {
      const file = new URL(`findings/${name}/${plan}.json`, import.meta.url)
      const module = new URL(`${name}.ts`, import.meta.url)
      const { clauses, error } = await replay(module, planIn(await readFile(file, 'utf8'), plan), { clause })
      expect(error).toBeNull()
      expect(Object.keys(clauses)).toContain(clause)
    },
    LIMIT,
  )

  it.each(Object.keys(FINDINGS))(
    '%s violates nothing else',
    async (name) => {
      const { verdicts, error } = await certify(new URL(`${name}.ts`, import.meta.url), {
        seed: 1,
        runs: 20,
        bail: false,
        shrink: 0,
        failures: null,
        lanes: 1,
      })
      expect(error).toBeNull()
      const failed = verdicts.filter(({ verdict }) => verdict === 'fail').map(({ clause }) => clause)
      expect(failed.filter((clause) => FINDINGS[name]?.[clause] === undefined)).toEqual([])
      expect(failed).not.toEqual([])
    },
    LIMIT,
  )
})
