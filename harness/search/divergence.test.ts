import { describe, expect, test } from 'vitest'
import { foundTimes, outcomeOf } from '../certificate/clauses.case.ts'
import type { Event } from '../events/kinds.ts'
import type { RunHeader } from '../history/header.ts'
import { exampleClaims } from '../plan/claims.case.ts'
import { generatePlan } from '../plan/generate.ts'
import type { Execute, RunOutcome } from '../run/outcome.ts'
import { failsBy } from './confirm.ts'
import { DETERMINISM, divergenceIn, firstDifference, twice, versionsOf } from './divergence.ts'

const plan = generatePlan({ claims: exampleClaims, site: 'simulated', leans: [] }, 1, 1)
const header = { type: 'run', prefix: 'sim-' } as RunHeader
const node = 'n0'
const open = (at: number): Event => ({ type: 'open', node, at })
const close = (at: number, call = 1): Event => ({ type: 'close', node, call, at })
const end = (at: number): Event => ({ type: 'end', at })
const cycle = (bytes: number): Event => ({ type: 'cycle', node, at: 1, cycle: 0, bytes, alive: {} }) as unknown as Event
const ran = (events: readonly Event[], more: Partial<RunOutcome> = {}): RunOutcome =>
  outcomeOf(plan, { history: { header, events }, ...more })

/** Gives these outcomes, one after the other, and counts the runs. */
function executing(...outcomes: readonly RunOutcome[]): { execute: Execute; ran: (boolean | undefined)[] } {
  const kept: (boolean | undefined)[] = []
  const execute: Execute = async (_plan, options) => {
    kept.push(options?.keepHistory)
    return outcomes[kept.length - 1] ?? ran([])
  }
  return { execute, ran: kept }
}

describe('two histories', () => {
  test('are the same, whatever memory holds and whichever owners were looked for', () => {
    const resources = (owners?: object): Event =>
      ({
        type: 'resources',
        owner: 'n0',
        when: 'after',
        counts: { timer: 1 },
        at: 5,
        ...(owners && { owners }),
      }) as Event
    expect(
      firstDifference([open(0), cycle(5), resources()], [cycle(9), open(0), resources({ timer: 'a.ts' })]),
    ).toBeNull()
    expect(firstDifference([], [])).toBeNull()
  })

  test('part at the first event that differs, which has its line in the file', () => {
    expect(firstDifference([open(0), cycle(1), close(5), end(9)], [open(0), close(6), end(9)])).toEqual({
      line: 4,
      at: 5,
      one: close(5),
      other: close(6),
    })
    expect(firstDifference([open(0)], [open(0), end(9)])).toEqual({ line: 3, at: 9, one: null, other: end(9) })
  })

  test('are told apart in words, and by a field where the words are the same', () => {
    const versions = (one: Event | null, other: Event | null) => versionsOf({ line: 2, at: 0, one, other }, 'sim-')
    expect(versions(close(5), end(6))).toEqual(['"n0 close(), call 1" at 5 ms', '"── end ──" at 6 ms'])
    expect(versions(null, close(6))).toEqual(['the end of the history', '"n0 close(), call 1" at 6 ms'])
    const dead = (text: string): Event =>
      ({ type: 'dead-letter', op: 'm1', position: { topic: 'sim-d', partition: 0, offset: 1 }, text, at: 3 }) as never
    expect(versions(dead('a'), dead('b'))).toEqual([
      '"m1 stored at d/0@1" at 3 ms, text "a"',
      '"m1 stored at d/0@1" at 3 ms, text "b"',
    ])
    const wrote = (text: string): Event => ({ type: 'logged', node, stream: 'stdout', text, at: 3 })
    for (const version of versions(wrote('x'.repeat(65_536)), wrote('y'.repeat(65_536))))
      expect(version).toMatch(/^"n0 writes to stdout: (x|y){100,200}…" at 3 ms$/)
    expect(versions(open(1), Object.assign(open(1), { more: 1 }))).toEqual([
      '"the bus of n0 opens" at 1 ms, more nothing',
      '"the bus of n0 opens" at 1 ms, more 1',
    ])
  })
})

describe('a plan that is run twice', () => {
  test('is as good as one that is run once where its histories are the same', async () => {
    const { execute, ran: kept } = executing(ran([open(0)]), ran([open(0)]))
    const outcome = await twice(execute)(plan)
    expect([outcome.history, outcome.error, outcome.findings, kept]).toEqual([null, null, {}, [true, true]])
    const again = executing(ran([open(0)]), ran([open(0)]))
    expect((await twice(again.execute)(plan, { keepHistory: true })).history?.events).toEqual([open(0)])
  })

  test('may differ where a bus is used for as long as it grows', async () => {
    const used = (bytes: number): Event =>
      ({ type: 'used', node, at: 2, of: 'key', bytes, alive: {} }) as unknown as Event
    const longer = ran([open(0), used(10), used(10), close(9)])
    expect(divergenceIn(await twice(executing(ran([open(0), used(9), close(5)]), longer).execute)(plan))).toBeNull()
  })

  test('tells both versions of the event at which they part, and keeps the history', async () => {
    const outcome = await twice(executing(ran([open(0), close(5)]), ran([open(0), close(6)])).execute)(plan)
    expect(divergenceIn(outcome)).toEqual({
      ops: [],
      clause: DETERMINISM,
      message: 'the same plan produced two histories in virtual time, which differ from line 3 of history.jsonl on',
      expected: '"n0 close(), call 1" at 5 ms, as in the first run',
      actual: '"n0 close(), call 1" at 6 ms',
      at: 5,
      node,
    })
    expect(outcome.history?.events).toHaveLength(2)
    expect(failsBy(outcome, DETERMINISM)).toBe(true)
  })

  test('is no more than a failing one where a run of it fails, in which the whole search goes on', async () => {
    const failing = ran([close(9)], { findings: { 'delivery/1': foundTimes('delivery/1', 1, 1) } })
    const first = executing(failing, ran([open(0)]))
    expect(await twice(first.execute)(plan)).toBe(failing)
    expect(first.ran).toHaveLength(1)
    expect(await twice(executing(ran([open(0)]), failing).execute)(plan)).toBe(failing)
    const error = outcomeOf(plan, { error: 'stuck' })
    expect(await twice(executing(error).execute)(plan)).toBe(error)
    expect(await twice(executing(ran([open(0)]), error).execute)(plan)).toBe(error)
  })

  test('is not run again once that is interrupted', async () => {
    const { execute, ran: kept } = executing(ran([open(0)]), ran([open(1)]))
    expect(divergenceIn(await twice(execute)(plan, { signal: AbortSignal.abort() }))).toBeNull()
    expect(kept).toHaveLength(1)
  })
})
