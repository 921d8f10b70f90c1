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
