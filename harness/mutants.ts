/** The mutants that prove each clause: what stands in `mutants/index.jsonl`, which lists them without loading any. */
import { readFileSync } from 'node:fs'
import { PACKAGE_ROOT } from './own-package.ts'

/** A mutant as data: an adapter with exactly one defect, which proves that a clause can fail. */
export interface Mutant {
  /** Its path below `mutants/`, without the ending. */
  readonly name: string
  /** What is broken. */
  readonly text: string
  /** At least one of these clauses must catch it. */
  readonly must: readonly string[]
  /** These may catch it too. */
  readonly may: readonly string[]
}

/** Written by `npm run mutants -- --write`: edit the mutant, not this file. */
export const MUTANTS_INDEX = new URL('mutants/index.jsonl', PACKAGE_ROOT)

export const readMutants = (): readonly Mutant[] =>
  readFileSync(MUTANTS_INDEX, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Mutant)

export const indexOf = (mutants: readonly Mutant[]): string =>
  mutants.map((mutant) => `${JSON.stringify(mutant)}\n`).join('')
