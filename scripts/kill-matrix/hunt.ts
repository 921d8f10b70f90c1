/** Certifies one mutant until a clause that must catch it has. */
import { certify } from '../../harness/certify.ts'
import { EFFORT } from '../../harness/effort.ts'
import type { Mutant } from '../../harness/mutants.ts'
import { isReal, MUTANTS_FOLDER } from './collect.ts'

/** Generated runs until a mutant counts as escaped, up to three times that while clauses lack occasions. */
const RUNS = { simulated: EFFORT.default.simulated.runs, real: 30 } as const

export interface Hunt {
  readonly name: string
  /** Clauses that must catch it, and did. */
  readonly caughtBy: readonly string[]
  /** Clauses that may catch it, and did. */
  readonly company: readonly string[]
  /** Clauses that have no business to. */
  readonly wrong: readonly string[]
  readonly error: string | null
  readonly runs: number
  /** From the start of the first run until a clause that must catch it had, ms. */
  readonly catchMs: number
  /** With loading the adapter, starting the site and closing it, ms. */
  readonly tookMs: number
}

/** A site that breaks is this mutant's error, and ends no other hunt. */
export async function hunt(mutant: Mutant, seed = 1): Promise<Hunt> {
  const began = performance.now()
  try {
    return await certifyUntilCaught(mutant, seed, began)
  } catch (cause) {
    const error = cause instanceof Error ? cause.message : String(cause)
    const none = { caughtBy: [], company: [], wrong: [], runs: 0, catchMs: 0 }
    return { name: mutant.name, ...none, error, tookMs: performance.now() - began }
  }
}

async function certifyUntilCaught({ name, must, may }: Mutant, seed: number, called: number): Promise<Hunt> {
  const site = isReal(name) ? 'real' : 'simulated'
  let began = 0
  let catchMs = 0
  const certificate = await certify(new URL(`${name}.ts`, MUTANTS_FOLDER), {
    site,
    seed,
    runs: RUNS[site],
    // A thread takes longer to start than most hunts last; where all are hunted, others keep the other cores busy.
    ...(site === 'simulated' ? { lanes: 1 } : {}),
    bail: must,
    failures: null,
    regressions: null,
    shrink: 0,
    onProgress: ({ phase, runs, elapsedMs }) => {
      if (phase !== 'running') return
      if (runs === 0) began = elapsedMs
      catchMs = elapsedMs - began
    },
  })
  const failed = certificate.verdicts.filter(({ verdict }) => verdict === 'fail').map(({ clause }) => clause)
  return {
    name,
    caughtBy: failed.filter((clause) => must.includes(clause)),
    company: failed.filter((clause) => may.includes(clause) && !must.includes(clause)),
    wrong: failed.filter((clause) => !must.includes(clause) && !may.includes(clause)),
    error: certificate.error,
    runs: certificate.runs,
    catchMs,
    tookMs: performance.now() - called,
  }
}

/** Caught by a clause that must catch it, and by no wrong one. */
export const isProven = ({ caughtBy, wrong, error }: Pick<Hunt, 'caughtBy' | 'wrong' | 'error'>): boolean =>
  caughtBy.length > 0 && wrong.length === 0 && error === null
