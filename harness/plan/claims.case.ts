/** Claims for tests of plans and search: everything claimed, every figure settable that a bus would let a run set. */
import { exampleConfiguration } from '../claims/configuration.case.ts'
import { type BreakerClaim, type Claims, fixed, settable } from '../claims.ts'

const backOff = {
  formula: 'exponential',
  base: settable(1000, 10, 60_000),
  factor: fixed(2),
  cap: settable(30_000, 50, 60_000),
  jitter: { low: fixed(0.5), high: fixed(1.5) },
  retries: settable(3, 0, 10),
} as const

const exampleBreaker: BreakerClaim = {
  trip: { when: 'consecutive-failures', failures: settable(5, 1, 100) },
  reset: settable(30_000, 50, 60_000),
  halfOpen: { permits: settable(1, 1, 10), closeAfter: settable(2, 1, 10), reopenOn: settable(1, 1, 10) },
  retry: 'outside',
  code: 'BREAKER_OPEN',
}

export const exampleClaims: Claims = {
  delivery: 'at-least-once',
  ordering: 'per-key',
  messages: { tombstones: true, repeatedHeaders: true, maxBytes: 1_000_000 },
  publish: { timeout: settable(30_000, 50, 60_000), deadline: settable(240_000, 100, 600_000) },
  consume: { session: settable(10_000, 100, 60_000), behindFailure: 'hold' },
  close: { deadline: settable(10_000, 100, 60_000) },
  recovery: { deadline: settable(30_000, 100, 60_000) },
  errors: { codes: ['TIMEOUT', 'CLOSED', 'BREAKER_OPEN'] },
  retry: backOff,
  handling: backOff,
  breaker: exampleBreaker,
  deadLetter: { naming: 'per-topic', name: '.dlq' },
}

/** With dead letters of what cannot be read, too. */
export const poisonClaims: Claims = {
  ...exampleClaims,
  ...(exampleClaims.deadLetter === undefined ? {} : { deadLetter: { ...exampleClaims.deadLetter, poison: true } }),
}

/** Also with a breaker that can be operated by hand. */
export const byHandClaims: Claims = {
  ...exampleClaims,
  ...(exampleClaims.breaker === undefined ? {} : { breaker: { ...exampleClaims.breaker, manual: true } }),
}

/** With writes, too. */
export const writingClaims: Claims = { ...byHandClaims, write: { event: 'required' } }

/** With a queue for what is published while the breaker is open, beside that. */
export const queueClaims: Claims = {
  ...writingClaims,
  degradation: { capacity: settable(1_000, 1, 10_000), code: 'BREAKER_OPEN' },
}

/** With whatever a plan can ask for. */
export const allClaims: Claims = {
  ...queueClaims,
  survivesDiskLoss: true,
  batch: true,
  redrive: true,
  metrics: { acknowledged: 'acknowledged_total' },
  health: { timeout: settable(5_000, 100, 60_000), age: settable(1_000, 0, 60_000) },
  configuration: exampleConfiguration,
  subscriberBreaker: { failures: settable(5, 1, 100), reset: settable(30_000, 50, 60_000) },
  ...(poisonClaims.deadLetter === undefined ? {} : { deadLetter: poisonClaims.deadLetter }),
}

/** The same breaker, opened by a failure rate. */
export const rateBreaker = {
  ...exampleBreaker,
  trip: {
    when: 'failure-rate',
    above: settable(50, 1, 99),
    calls: settable(5, 1, 100),
    window: settable(1_000, 100, 60_000),
  },
} as const

const exampleEnvelope: NonNullable<Claims['envelope']> = {
  fields: {
    message: { type: 'uuid', absent: 'generated' },
    correlation: { type: 'uuid', absent: 'generated' },
    causation: { type: 'uuid' },
    sent: { type: 'time', absent: 'generated' },
    urgency: {
      type: 'choice',
      choices: { low: ['LOW'], high: ['HIGH', 'High'] },
      others: 'refused',
      absent: { value: 'low' },
    },
    hops: { type: 'integer', least: 0, most: 9, absent: { value: '0' } },
    traceparent: { type: 'traceparent', absent: 'generated' },
    source: { type: 'text' },
  },
  messageId: 'message',
  correlationId: 'correlation',
  causationId: 'causation',
}

const exampleDispatch: NonNullable<Claims['dispatch']> = {
  type: 'urgency',
  category: 'urgency',
  domains: { orders: ['low'], bills: ['high'] },
  topics: [{ ends: '-orders', domain: 'orders', categories: ['low'] }],
  reason: { field: 'error_type', unregistered: 'NO_HANDLER', foreignDomain: 'FOREIGN', wrongCategory: 'CATEGORY' },
  names: { separator: '.', parts: [{ name: 'domain', right: ['orders'], wrong: ['Orders'] }] },
}

/** Every claim there is, also those that contradict each other. */
export const everyClaim: Required<Claims> = {
  ...exampleClaims,
  ...{ retry: backOff, handling: backOff },
  breaker: { ...exampleBreaker, manual: true },
  degradation: { capacity: settable(1_000, 1, 10_000), code: 'QUEUE_FULL' },
  deadLetter: { naming: 'per-topic', name: '.dlq', commit: 'after', poison: true },
  deduplication: { header: 'id', window: settable(60_000, 100, 600_000), storeDown: 'refuse' },
  timeToLive: { header: 'ttl' },
  redrive: true,
  connections: fixed(3),
  memory: fixed(64 * 1024 * 1024),
  cache: settable(100, 0, 1_000),
  pool: { most: settable(5, 1, 10) },
  stats: true,
  health: { timeout: settable(5_000, 100, 60_000), age: settable(1_000, 0, 60_000) },
  metrics: {
    acknowledged: 'publishes_total{outcome="acknowledged"}',
    failed: 'publishes_total{outcome="failed"}',
    handled: 'handled_total',
    deadLettered: 'dead_letters_total',
    queued: 'queued',
    breaker: 'breaker_state',
    health: 'health',
  },
  configuration: exampleConfiguration,
  envelope: exampleEnvelope,
  dispatch: exampleDispatch,
  subscriberBreaker: { failures: settable(5, 1, 100), reset: settable(30_000, 50, 60_000) },
  write: { event: 'required', outbox: true },
  survivesDiskLoss: true,
  batch: true,
}
