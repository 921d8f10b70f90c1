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
  {
    folder: 'kafkajs-950',
    text: 'Inside each of its attempts a producer tries up to five times more, whatever its retries are set to.',
    issue: 'https://github.com/tulios/kafkajs/issues/950',
    site: 'real',
    only: ['retry/1'],
    clauses: ['retry/1'],
  },
  {
    folder: 'kafkajs-1382',
    text: 'What a handler rejects and pauses comes again at once, and with it all of its batch that had gone well.',
    issue: 'https://github.com/tulios/kafkajs/pull/1382',
    site: 'real',
    only: ['delivery/3', 'retry/2'],
    clauses: ['delivery/3', 'retry/2'],
  },
  {
    folder: 'opossum-385',
    text: 'A failure that comes while the breaker is open stops the timer that would end it, so that it is open for ever.',
    issue: 'https://github.com/nodeshift/opossum/issues/385',
    site: 'simulated',
    only: ['breaker/3', 'breaker/8'],
    clauses: ['breaker/3'],
  },
  {
    folder: 'opossum-824',
    text: 'A reset time of 0 is taken for none given, and the breaker is open for 30 s.',
    issue: 'https://github.com/nodeshift/opossum/issues/824',
    site: 'simulated',
    only: ['breaker/3', 'breaker/8'],
    clauses: ['breaker/3'],
  },
  {
    folder: 'cockatiel-86',
    text: 'After about a thousand attempts the wait is not a number, and the next attempt follows at once.',
    issue: 'https://github.com/connor4312/cockatiel/issues/86',
    site: 'simulated',
    only: ['retry'],
    clauses: ['retry/2'],
  },
  {
    folder: 'cockatiel-81',
    text: 'Each call under a time-out leaves a listener on the signal that it was given.',
    issue: 'https://github.com/connor4312/cockatiel/issues/81',
    site: 'simulated',
    only: ['resources/1'],
    clauses: ['resources/1'],
  },
  {
    folder: 'pg-2180',
    text: 'On Node 14 and later connect() waits for ever, also where the connection would be refused.',
    issue: 'https://github.com/brianc/node-postgres/issues/2180',
    site: 'real',
    only: ['fail-fast/2', 'fail-fast/1'],
    clauses: ['fail-fast/2'],
  },
  {
    folder: 'pg-2717',
    text: 'end() of a client whose connection has ended waits for ever.',
    issue: 'https://github.com/brianc/node-postgres/pull/2717',
    site: 'real',
    only: ['resources/2', 'fail-fast/2'],
    clauses: ['resources/2'],
  },
]
