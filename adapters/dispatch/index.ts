/** Types of messages, and the handlers that are registered for them, for any bus that dead-letters what is rejected for good. */
export type { DispatchClaim } from '../../harness/claims.ts'
export { withDispatch } from './bus.ts'
export { type NamePart, type TopicNaming, topicNaming } from './names.ts'
export { createRegistry, type Registry, type Route } from './registry.ts'
