import type { Event } from './event.ts'

/** Written as a record so that the compiler asks for each new event type. */
const TYPES: Readonly<Record<Event['type'], true>> = {
  phase: true,
  open: true,
  opened: true,
  publish: true,
  published: true,
  abort: true,
  subscribe: true,
  subscribed: true,
  unsubscribe: true,
  unsubscribed: true,
  deliver: true,
  handled: true,
  close: true,
  closed: true,
  'attempt-began': true,
  'attempt-ended': true,
  'breaker-changed': true,
  assigned: true,
  revoked: true,
  committed: true,
  'dead-lettered': true,
  killed: true,
  crashed: true,
  logged: true,
  received: true,
  stored: true,
  'dead-letter': true,
  position: true,
  fault: true,
  healed: true,
  resources: true,
  end: true,
}

/** Every type that an event of a history may have. */
export const EVENT_TYPES: ReadonlySet<string> = new Set(Object.keys(TYPES))
