import type { Claims } from '../claims.ts'
import { mayReject } from './outcome.ts'
import type { Plan, PlannedMessage } from './plan.ts'
import { fitSettings } from './settings.ts'

function fitMessage(message: PlannedMessage, claims: Claims): PlannedMessage {
  const { tombstones, repeatedHeaders } = claims.messages
  return {
    ...message,
    body: message.body === 'tombstone' && !tombstones ? 'empty' : message.body,
    headers: message.headers === 'repeated' && !repeatedHeaders ? 'text' : message.headers,
    outcome: mayReject(message.outcome) && claims.deadLetter === undefined ? { kind: 'ok' } : message.outcome,
  }
}

/**
 * A plan that suits an adapter, made from one that was written without regard to its claims: settings for exactly its
 * settable figures, and nothing that the adapter does not claim to take. A plan that suits already stays as it is.
 */
export function fitPlan(plan: Plan, claims: Claims): Plan {
  const faults = plan.faults.filter(({ role }) => role !== 'deadletter' || claims.deadLetter !== undefined)
  return {
    ...plan,
    faults,
    messages: plan.messages.map((message) => fitMessage(message, claims)),
    settings: fitSettings(plan.settings, claims),
  }
}
