/** Bugs that a client library really had: one adapter on the version that has it, the same on the version that has not. */

export interface Regression {
  /** Folder beside this file: `buggy.ts` and `fixed.ts`, two adapters, and the plans that bring the bug out, `*.json`. */
  readonly folder: string
  /** What went wrong, in a sentence. */
  readonly text: string
  readonly issue: string
  readonly site: 'simulated' | 'real'
  /** What is judged: clauses, or areas. */
  readonly only: readonly string[]
  /** Of these the buggy version violates exactly these clauses. */
  readonly clauses: readonly string[]
}

export const REGRESSIONS: readonly Regression[] = [
  {
    folder: 'kafkajs-782',
    text: 'A rejection by eachMessage commits what was handed over before it, though autoCommit is off.',
    issue: 'https://github.com/tulios/kafkajs/issues/782',
    site: 'real',
    only: ['delivery'],
    clauses: ['delivery/1', 'delivery/6', 'delivery/10'],
  },
]
