/** An envelope for the messages of any bus. */
export type { EnvelopeClaim, EnvelopeField } from '../../harness/claims.ts'
export { withEnvelope } from './bus.ts'
export { type CloudEventsOptions, cloudEvents } from './cloud-events.ts'
export { createEnvelope, type Envelope, type Sealed } from './envelope.ts'
export type { MadeBy } from './fields.ts'
