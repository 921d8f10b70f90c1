import { expect, test } from 'vitest'
import type { Violation } from '../harness/check/check.ts'
import { failsBy, runOnce } from '../harness/search/confirm.ts'
import { rewordedRun, rewording } from '../harness/search/reworded.case.ts'
import { shrink } from '../harness/search/shrink.ts'
import { startLanes } from '../harness/site/start.ts'
import { loadMutants, MUTANTS_FOLDER } from '../scripts/kill-matrix/collect.ts'
import { findFailure } from '../scripts/shrinking/measure.ts'

/** One whose violations are about two messages, and one about what was redriven. */
const NAMES = ['ordering/reads-backwards', 'dead-letter/redrive-counts-one-too-many']
/** For a busy machine: what it takes otherwise is some seconds. */
const TIMEOUT = 600_000

test.each(NAMES)(
  '%s shrinks to the same plan, by the same tries, whatever its violations say',
  { timeout: TIMEOUT },
  async (name) => {
    const mutant = (await loadMutants()).find((one) => one.name === name)
    if (mutant === undefined) throw new RangeError(`there is no mutant ${name}`)
    const module = new URL(`${name}.ts`, MUTANTS_FOLDER).href
    await using lanes = (await startLanes(module, { site: 'simulated', count: 1, toxiproxy: 'auto' })).lanes
    const execute = lanes.lanes[0]?.execute
    const caught = await findFailure(mutant, lanes, 'simulated')
    if (execute === undefined || caught === null) throw new RangeError(`no run shows ${name}`)
    const { clause } = caught
    const outcome = await runOnce(execute, caught.outcome.plan, undefined)
    expect(failsBy(outcome, clause)).toBe(true)

    const options = {
      clause,
      claims: lanes.adapter.claims,
      site: 'simulated',
      confirmed: { failed: 1, of: 1 },
    } as const
    const shrunk = await shrink({ ...options, execute, outcome, budget: Number.POSITIVE_INFINITY })
    const other = await shrink({
      ...options,
      execute: rewording(execute),
      outcome: rewordedRun(outcome),
      budget: Number.POSITIVE_INFINITY,
    })
    const said = ({ message, expected, actual }: Violation): string => [message, expected, actual].join()
    const first = (run: typeof outcome): Violation | undefined => run.findings[clause]?.violations[0]
    expect(other.outcome.plan).toEqual(shrunk.outcome.plan)
    expect([other.tried, other.ended]).toEqual([shrunk.tried, 'minimal'])
    expect([first(shrunk.outcome), first(other.outcome)].map((one) => one && said(one).includes('m0'))).toEqual([
      true,
      false,
    ])
  },
)
