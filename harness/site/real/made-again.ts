/** Runs that the site has spoilt are made again, within bounds: what keeps happening is an error. */
import { messageOf, UsageError } from '../../errors.ts'
import { type Execute, type RunOutcome, spoiltRun } from '../../run/outcome.ts'
import { passingIn } from '../../run/passing.ts'
import type { Replacing } from './toxiproxy.ts'

/** How often a run is made again, and how often any is on one site. */
const MOST_A_RUN = 2
const MOST_IN_ALL = 10
/** Where runs go on for hours, one in so many may be. */
const ONE_IN = 10

/** What the lanes of a site share. */
export interface MadeAgain {
  /** Number of the run that begins, from 1. */
  next(): number
  /** One sentence for each time that a run was made again. */
  readonly told: string[]
  /** How often any may be by this run. */
  most(run: number): number
}

export function createMadeAgain(goesOn = false): MadeAgain {
  let runs = 0
  return {
    next: () => ++runs,
    told: [],
    most: (run) => (goesOn ? Math.max(MOST_IN_ALL, run / ONE_IN) : MOST_IN_ALL),
  }
}

/** What the attempt before has shown to be broken. */
export interface Renewing extends Replacing {
  readonly passing: NonNullable<RunOutcome['passing']>
}

export interface Attempts {
  /** Makes a run once. */
  readonly attempt: Execute
  /** Makes ready for the next attempt after one that was spoilt. */
  readonly renew: (renewing: Renewing) => Promise<void>
  readonly madeAgain: MadeAgain
}

/** Nothing that an attempt showed which was spoilt is in the outcome. Rejects with a {@link UsageError} as attempts do. */
export function makingAgain({ attempt, renew, madeAgain }: Attempts): Execute {
  let broken: Pick<Renewing, 'why' | 'passing'> | null = null
  return async (plan, options) => {
    const run = madeAgain.next()
    for (let times = 1; ; times++) {
      let outcome: RunOutcome
      try {
        if (broken !== null) await renew({ ...broken, run, isLast: times > MOST_A_RUN })
        broken = null
        outcome = await attempt(plan, options)
      } catch (error) {
        if (error instanceof UsageError) throw error
        const passing = passingIn(error)
        outcome = { ...spoiltRun(plan, messageOf(error)), ...(passing === undefined ? {} : { passing }) }
      }
      const { error, passing } = outcome
      if (error === null || passing === undefined) return outcome
      broken = { why: error, passing }
      if (options?.signal?.aborted === true) return outcome
      if (times > MOST_A_RUN || madeAgain.told.length >= madeAgain.most(run)) {
        return { ...outcome, error: `${error} (run ${run}, tried ${times === 1 ? 'once' : `${times} times`})` }
      }
      madeAgain.told.push(`run ${run}: ${error}`)
    }
  }
}
