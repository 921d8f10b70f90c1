/** What the least plans of mutants are put together from. */
import { consumer, fault, message, plan } from '../harness/plan/parts.case.ts'
import type { Plan, PlannedFault, PlannedMessage } from '../harness/plan/plan.ts'

export { consumer, fault, message, plan }

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
