/**
 * Correct buses in other styles than the shipped ones, written by docs/claims.md and docs/adapter.md alone: none uses
 * adapters/resilience, and they share only a connection. Whatever accuses one of them is a false alarm.
 */
export const OTHER_STYLES: readonly string[] = [
  'at-most-once.ts',
  'batching/index.ts',
  'delayed/index.ts',
  'failure-rate/index.ts',
  'job-queue.ts',
  'one-by-one.ts',
  'rewinding.ts',
  'streaming/index.ts',
]
