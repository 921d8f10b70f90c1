import { exampleConfiguration } from '../../claims/configuration.case.ts'
import type { BreakerClaim, ResolvedClaims } from '../../claims.ts'

const STORY_BREAKER: BreakerClaim<number> = {
  trip: { when: 'consecutive-failures', failures: 2 },
  reset: 100,
  halfOpen: { permits: 1, closeAfter: 2, reopenOn: 1 },
  retry: 'outside',
  code: 'BREAKER_OPEN',
}

/** What the bus of every story promises, unless the story says otherwise. */
export const STORY_CLAIMS: ResolvedClaims = {
  delivery: 'at-least-once',
  ordering: 'per-key',
  messages: { tombstones: true, repeatedHeaders: true, maxBytes: 1_000_000 },
  publish: { timeout: 100, deadline: 1_000 },
  consume: { session: 300, behindFailure: 'hold' },
  close: { deadline: 500 },
  recovery: { deadline: 1_000 },
  errors: { codes: ['TIMEOUT', 'REFUSED', 'BREAKER_OPEN', 'ABORTED', 'CLOSED'] },
  retry: { formula: 'exponential', base: 10, factor: 2, cap: 30, jitter: { low: 0.5, high: 1.5 }, retries: 2 },
  handling: { formula: 'exponential', base: 10, factor: 2, cap: 30, jitter: { low: 0.5, high: 1.5 }, retries: 1 },
  breaker: STORY_BREAKER,
  connections: 3,
  deadLetter: { naming: 'per-topic', name: '.dlq' },
  redrive: true,
}

/** Of a bus with an envelope: an id, a correlation, a cause, a trace, a default, a choice with two spellings, and a text. */
export const STORY_ENVELOPE: NonNullable<ResolvedClaims['envelope']> = {
  fields: {
    id: { type: 'uuid', absent: 'generated' },
    correlation: { type: 'uuid', absent: 'generated' },
    cause: { type: 'uuid' },
    trace: { type: 'traceparent', absent: 'generated' },
    sent: { type: 'time', absent: 'generated' },
    hops: { type: 'integer', least: 0, most: 9, absent: { value: '0' } },
    urgency: { type: 'choice', choices: { low: ['LOW'], high: ['HIGH'] }, others: 'refused' },
    source: { type: 'text' },
    kind: { type: 'choice', choices: { paid: ['PAID'], sent: [], joined: [] }, others: 'kept' },
    category: { type: 'choice', choices: { EVENT: [], COMMAND: [] }, others: 'refused' },
  },
  messageId: 'id',
  correlationId: 'correlation',
  causationId: 'cause',
}

/** Of a bus that dispatches by what stands in `kind`, of the category in `category`. */
export const STORY_DISPATCH: NonNullable<ResolvedClaims['dispatch']> = {
  type: 'kind',
  category: 'category',
  domains: { orders: ['paid', 'sent'], people: ['joined'] },
  topics: [{ ends: 't', domain: 'orders', categories: ['EVENT'] }],
  reason: { field: 'error_type', unregistered: 'NO_HANDLER', foreignDomain: 'FOREIGN', wrongCategory: 'CATEGORY' },
  names: {
    separator: '.',
    parts: [
      { name: 'domain', right: ['orders', 'people'], wrong: ['Orders'] },
      { name: 'version', right: ['v1'], wrong: ['1'] },
    ],
  },
}

/** With every option that a bus can claim beside them. */
export const ALL_CLAIMS: ResolvedClaims = {
  ...STORY_CLAIMS,
  deadLetter: { naming: 'per-topic', name: '.dlq', poison: true },
  ordering: 'total',
  deduplication: { header: 'id', window: 500, storeDown: 'refuse' },
  timeToLive: { header: 'lives' },
  pool: { most: 2 },
  stats: true,
  health: { timeout: 50, age: 20 },
  subscriberBreaker: { failures: 2, reset: 200 },
  configuration: exampleConfiguration,
  envelope: STORY_ENVELOPE,
  dispatch: STORY_DISPATCH,
  metrics: {
    acknowledged: 'publishes_total{outcome="acknowledged"}',
    failed: 'publishes_total{outcome="failed"}',
    handled: 'handled_total',
    deadLettered: 'dead_letters_total',
    queued: 'queued',
    breaker: 'breaker_state',
    health: 'health',
  },
  write: { event: 'required' },
  survivesDiskLoss: true,
  batch: true,
  degradation: { capacity: 2, code: 'QUEUE_FULL' },
  breaker: { ...STORY_BREAKER, manual: true },
}

/** A bus that queues what is published while its breaker is open. */
export const QUEUE_CLAIMS: ResolvedClaims = { ...STORY_CLAIMS, degradation: { capacity: 2, code: 'QUEUE_FULL' } }

/** The same claims without some of them. */
export function claimsWithout(
  ...names: readonly ('retry' | 'handling' | 'breaker' | 'deadLetter' | 'connections' | 'redrive')[]
): ResolvedClaims {
  const left = Object.entries(STORY_CLAIMS).filter(([name]) => !names.some((one) => one === name))
  return Object.fromEntries(left) as unknown as ResolvedClaims
}
