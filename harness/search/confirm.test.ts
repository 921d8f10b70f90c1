import { describe, expect, test } from 'vitest'
import { foundTimes, outcomeOf } from '../certificate/clauses.case.ts'
import type { RunHeader } from '../history/header.ts'
import { exampleClaims } from '../plan/claims.case.ts'
import { generatePlan } from '../plan/generate.ts'
import type { Execute, RunOutcome } from '../run/outcome.ts'
import { confirm, repeat, replays } from './confirm.ts'

const plan = generatePlan({ claims: exampleClaims, site: 'simulated', leans: [] }, 1, 1)
const header = { type: 'run', prefix: 'sim-' } as RunHeader
const broken = (clause = 'delivery/1', at = 1): RunOutcome =>
  outcomeOf(plan, {
    findings: { [clause]: foundTimes(clause, 1, 1) },
    history: { header, events: [{ type: 'end', at }] },
  })

describe('a failing plan', () => {
  test('is run once more in virtual time, where its history must be the same', async () => {
    const again = (at: number) =>
      repeat({ outcome: broken(), site: 'simulated', times: 1, execute: async () => broken(undefined, at) })
    expect(await again(1)).toMatchObject({ outcomes: [{}], difference: null })
    expect(await again(2)).toMatchObject({ outcomes: [{}], difference: { line: 2, at: 1 } })
    expect(confirm(await again(2), 'delivery/1')).toEqual({ failed: 1, of: 1 })
  })

  test('is run as often as asked on real clocks, and only what failed by the same clause counts', async () => {
    const answers = [
      broken('delivery/1', 2),
      outcomeOf(plan),
      broken('ordering/1'),
      { ...broken(), error: 'no broker' },
      broken(),
    ]
    const execute: Execute = async () => answers.pop() ?? outcomeOf(plan)
    const repeats = await repeat({ execute, outcome: broken(), site: 'real', times: 5 })
    expect(repeats.difference).toBeNull()
    expect(confirm(repeats, 'delivery/1')).toEqual({ failed: 2, of: 4 })
    expect(confirm(repeats, 'ordering/1')).toEqual({ failed: 1, of: 4 })
  })

  test('is not run again once that is interrupted', async () => {
    let runs = 0
    const execute: Execute = async () => {
      runs += 1
      return broken()
    }
    const repeats = await repeat({ execute, outcome: broken(), site: 'real', times: 5, signal: AbortSignal.abort() })
    expect([confirm(repeats, 'delivery/1'), runs]).toEqual([{ failed: 0, of: 0 }, 0])
  })
})

test('what failed seldom is replayed more often, or its absence would say nothing', () => {
  expect(replays('simulated', { failed: 1, of: 1 })).toBe(1)
  expect(replays('real', null)).toBe(5)
  expect(replays('real', { failed: 0, of: 0 })).toBe(5)
  expect(replays('real', { failed: 5, of: 5 })).toBe(5)
  expect(replays('real', { failed: 2, of: 5 })).toBe(8)
  expect(replays('real', { failed: 1, of: 5 })).toBe(15)
  expect(replays('real', { failed: 0, of: 5 })).toBe(15)
})
