/** Which of the clauses that one run violates is told as the cause, and which as what followed from it. */

/**
 * Causes first. What comes first says what the bus did; what comes later says what that did to a message, which may have many
 * causes. Measured over all mutants, see docs/failures.md. A clause that is not named here comes behind those that are.
 */
export const RANK: readonly string[] = [
  // The process is gone or full, or a secret is out: whatever else went wrong.
  ...['fail-fast/5', 'resources/9', 'fail-fast/4'],
  // An identity, a group or a position that is not kept.
  ...['delivery/12', 'delivery/11', 'delivery/9', 'delivery/7', 'delivery/10'],
  // What became of a message that could not be handled.
  ...[
    'dead-letter/5',
    'dead-letter/1',
    'dead-letter/4',
    'dead-letter/8',
    'dead-letter/3',
    'dead-letter/6',
    'dead-letter/7',
  ],
  // A write without its event, and a publish that is called done.
  ...['fail-fast/8', 'ordering/3', 'fail-fast/1'],
  // What the breaker did, from the rule that says most to the one that says least.
  ...['breaker/10', 'breaker/7', 'breaker/9', 'breaker/1', 'breaker/6', 'breaker/8'],
  ...['breaker/11', 'breaker/2', 'breaker/3', 'breaker/4', 'breaker/5'],
  // A handler that was called too soon, then retries, then order, then an early commit.
  ...['ordering/5', 'ordering/4', 'retry/5', 'retry/4', 'retry/2', 'retry/1', 'retry/3', 'retry/7', 'retry/6'],
  ...['ordering/1', 'ordering/2', 'delivery/6', 'ordering/6', 'resources/3', 'resources/4', 'resources/7'],
  // What comes of all this: silence, loss, duplicates, and what stays behind.
  ...['delivery/13', 'delivery/8', 'delivery/5', 'delivery/1', 'delivery/2', 'delivery/3', 'delivery/4', 'delivery/14'],
  ...['dead-letter/2', 'fail-fast/2', 'resources/2', 'fail-fast/3', 'fail-fast/7', 'fail-fast/6'],
  ...['resources/5', 'resources/6', 'resources/1', 'resources/8'],
]

const rankOf = (clause: string): number => {
  const found = RANK.indexOf(clause)
  return found < 0 ? RANK.length : found
}

/** By rank, and within one by the time of the violation. */
export const byCause = (
  one: { readonly clause: string; readonly at: number },
  other: { readonly clause: string; readonly at: number },
): number => rankOf(one.clause) - rankOf(other.clause) || one.at - other.at
