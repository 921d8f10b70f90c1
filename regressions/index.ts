/** Real bugs of client libraries: one adapter on the version with the bug, and the same adapter on the fixed version. */

export interface Regression {
  /** Folder beside this file with two adapters, `buggy.ts` and `fixed.ts`, and the plans that show the bug, `*.json`. */
  readonly folder: string
  /** The bug, in one sentence. */
  readonly text: string
  readonly issue: string
  readonly site: 'simulated' | 'real'
  /** The clauses or areas that are judged. */
  readonly only: readonly string[]
  /** The clauses among them that the buggy version violates, and no others. */
  readonly clauses: readonly string[]
}

export const REGRESSIONS: readonly Regression[] = [
  {
    folder: 'kafkajs-782',
    text: 'If eachMessage rejects, kafkajs commits the messages before it, although autoCommit is off.',
    issue: 'https://github.com/tulios/kafkajs/issues/782',
    site: 'real',
    only: ['delivery'],
    clauses: ['delivery/1', 'delivery/6', 'delivery/10'],
  },
  {
    folder: 'kafkajs-950',
    text: 'Within each attempt, a producer retries up to five more times, whatever its retries are set to.',
    issue: 'https://github.com/tulios/kafkajs/issues/950',
    site: 'real',
    only: ['retry/1'],
    clauses: ['retry/1'],
  },
  {
    folder: 'kafkajs-1382',
    text: 'A message whose handler pauses the partition and rejects is delivered again at once, together with the successful messages of its batch.',
    issue: 'https://github.com/tulios/kafkajs/pull/1382',
    site: 'real',
    only: ['delivery/3', 'retry/2'],
    clauses: ['delivery/3', 'retry/2'],
  },
  {
    folder: 'opossum-385',
    text: 'A failure that arrives while the breaker is open stops the timer of the reset time, so the breaker stays open for ever.',
    issue: 'https://github.com/nodeshift/opossum/issues/385',
    site: 'simulated',
    only: ['breaker/3', 'breaker/8'],
    clauses: ['breaker/3'],
  },
  {
    folder: 'opossum-824',
    text: 'A reset time of 0 counts as missing, so the breaker stays open for 30 s.',
    issue: 'https://github.com/nodeshift/opossum/issues/824',
    site: 'simulated',
    only: ['breaker/3', 'breaker/8'],
    clauses: ['breaker/3'],
  },
  {
    folder: 'cockatiel-86',
    text: 'After about a thousand attempts the wait is NaN, and the next attempt follows at once.',
    issue: 'https://github.com/connor4312/cockatiel/issues/86',
    site: 'simulated',
    only: ['retry'],
    clauses: ['retry/2'],
  },
  {
    folder: 'cockatiel-81',
    text: 'Each call with a time-out leaves a listener on its abort signal.',
    issue: 'https://github.com/connor4312/cockatiel/issues/81',
    site: 'simulated',
    only: ['resources/1'],
    clauses: ['resources/1'],
  },
  {
    folder: 'pg-2180',
    text: 'On Node 14 and later, connect() waits for ever, even if the connection is refused.',
    issue: 'https://github.com/brianc/node-postgres/issues/2180',
    site: 'real',
    only: ['fail-fast/2', 'fail-fast/1'],
    clauses: ['fail-fast/2'],
  },
  {
    folder: 'pg-2717',
    text: 'end() waits for ever if the connection of the client has already ended.',
    issue: 'https://github.com/brianc/node-postgres/pull/2717',
    site: 'real',
    only: ['resources/2', 'fail-fast/2'],
    clauses: ['resources/2'],
  },
]
