/** What each effort is worth: every effort draws the same plans, so one search for each mutant covers all. */
import { EFFORT, EFFORTS, type Effort } from '../../harness/effort.ts'
import { isReal, loadMutants } from '../../scripts/kill-matrix/collect.ts'
import { type Hunt, hunt } from '../../scripts/kill-matrix/hunt.ts'
import { sideBySide } from '../../scripts/side-by-side.ts'
import { type Found, meets, type Row } from '../row.ts'

/** Mutants at once. */
const LANES = 2

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

function sentence(effort: Effort, hunts: readonly Hunt[]): string {
  const most = EFFORT[effort].simulated.atMost ?? Number.POSITIVE_INFINITY
  const caught = hunts.filter(({ caughtBy, runs }) => caughtBy.length > 0 && runs <= most)
  const runs = caught.map((one) => one.runs).toSorted((one, other) => one - other)
  const ms = caught.map(({ catchMs }) => catchMs).toSorted((one, other) => one - other)
  const seconds = (share: number): string => (at(ms, share) / 1_000).toFixed(2)
  return `${effort} ${caught.length} of ${hunts.length}, median ${at(runs, 0.5)} runs and ${seconds(0.5)} s, p95 ${at(runs, 0.95)} runs and ${seconds(0.95)} s`
}

export const row: Row = {
  name: 'effort',
  what: 'mutants caught by each effort, simulated, one seed',
  goal: 'quick catches nine in ten; to catch: median ≤ 0.5 s, p95 ≤ 5 s',
  onlyByName: true,
  async run(): Promise<Found> {
    const mutants = (await loadMutants()).filter(({ name }) => !isReal(name))
    const hunts: Hunt[] = []
    await sideBySide(LANES, mutants, async (mutant) => void hunts.push(await hunt(mutant)))
    const quick = EFFORT.quick.simulated.atMost ?? 0
    const late = hunts.filter(({ caughtBy, runs }) => caughtBy.length === 0 || runs > quick)
    const catchMs = hunts.map((one) => one.catchMs).toSorted((one, other) => one - other)
    const early = (hunts.length - late.length) / hunts.length
    return {
      measured: EFFORTS.map((effort) => sentence(effort, hunts)).join('; '),
      meets: meets(early >= 0.9 && at(catchMs, 0.5) <= 500 && at(catchMs, 0.95) <= 5_000),
      notes: [
        'A hunt goes as far as the default effort does; what thorough adds shows with more seeds only.',
        `Not by quick: ${late
          .map(({ name, runs }) => `${name} (${runs})`)
          .toSorted()
          .join(', ')}.`,
      ],
    }
  },
}
