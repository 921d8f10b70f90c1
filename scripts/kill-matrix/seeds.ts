/** Hunts one mutant with one seed after another: a defect that only some seeds show escapes some certificates. */
import type { Mutant } from '../../harness/mutants.ts'
import { hunt, isProven } from './hunt.ts'

/** A mutant must be caught with so many of the seeds. */
const LEAST_SHARE = 19 / 20

export interface Seeds {
  readonly caught: number
  readonly of: number
}

export interface SeededHunt extends Seeds {
  readonly name: string
  /** With which of them it was not caught as required, and what happened instead. */
  readonly missed: readonly string[]
  /** A clause that has no business to caught it, or the site broke. */
  readonly isWrong: boolean
  /** Of all seeds, the most runs until it was caught. */
  readonly mostRuns: number
}

export async function huntWithSeeds(mutant: Mutant, seeds: number): Promise<SeededHunt> {
  const missed: string[] = []
  let [isWrong, mostRuns] = [false, 0]
  for (let seed = 1; seed <= seeds; seed++) {
    const found = await hunt(mutant, seed)
    if (isProven(found)) {
      mostRuns = Math.max(mostRuns, found.runs)
      continue
    }
    const escaped = found.caughtBy.length === 0 ? ['ESCAPED'] : []
    const what = found.error ?? [...escaped, ...found.wrong.map((clause) => `WRONG ${clause}`)].join(' ')
    missed.push(`seed ${seed}: ${what}`)
    isWrong ||= found.error !== null || found.wrong.length > 0
  }
  return { name: mutant.name, caught: seeds - missed.length, of: seeds, missed, isWrong, mostRuns }
}

/** False alarms are wrong with any seed. */
export const isReliable = ({ caught, of, isWrong }: Pick<SeededHunt, 'caught' | 'of' | 'isWrong'>): boolean =>
  !isWrong && caught >= of * LEAST_SHARE
