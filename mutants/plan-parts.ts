/** What plans that are written by hand are put together from. */
import type { Plan, PlannedConsumer, PlannedFault, PlannedMessage } from '../harness/plan/plan.ts'

export const message = (more: Partial<PlannedMessage> = {}): PlannedMessage => ({
  at: 0,
  producer: 0,
  topic: 0,
  key: 0,
  body: 'text',
  headers: 'none',
  outcome: { kind: 'ok' },
  abortAfter: null,
  ...more,
})

export const consumer = (more: Partial<PlannedConsumer> = {}): PlannedConsumer => ({
  node: 0,
  group: 0,
  topic: 0,
  from: 'earliest',
  joinAt: 0,
  leaveAt: null,
  ...more,
})

export const fault = (kind: PlannedFault['kind'], more: Partial<PlannedFault> = {}): PlannedFault => ({
  kind,
  role: 'publish',
  direction: 'down',
  at: 0,
  lasts: 200,
  amount: 0,
  ...more,
})

export const plan = (more: Partial<Plan> = {}): Plan => ({
  version: 1,
  seed: 1,
  faults: [],
  outages: [],
  kills: [],
  closes: [],
  cycles: 0,
  consumers: [consumer()],
  messages: [],
  nodes: 1,
  producers: 1,
  topics: [{ partitions: 1 }],
  settings: {},
  ...more,
})

export const one = (more: Partial<PlannedMessage>, rest: Partial<Plan> = {}): Plan =>
  plan({ messages: [message(more)], ...rest })

export const under = (kind: PlannedFault['kind'], more: Partial<PlannedFault> = {}, rest: Partial<Plan> = {}): Plan =>
  plan({ messages: [message()], faults: [fault(kind, more)], ...rest })

/** The breaker trips at the first failure, and a call is tried once. */
export const TRIPS_AT_ONCE = { 'breaker.trip.failures': 1, 'retry.retries': 0 }

/** Short times: for what takes longer than a session, or than a probe. */
export const QUICK = {
  'consume.session': 500,
  'publish.timeout': 100,
  'retry.base': 10,
  'handling.base': 10,
  'breaker.reset': 200,
}

export const fails = { outcome: { kind: 'fails' } } as const
export const throws = { outcome: { kind: 'throws', times: 1 } } as const
export const permanent = { outcome: { kind: 'permanent' } } as const
export const slow = (ms: number) => ({ outcome: { kind: 'slow', ms } }) as const
