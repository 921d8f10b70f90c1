/** An envelope for the messages of any bus. */
export type { EnvelopeClaim, EnvelopeField } from '../../harness/claims.ts'
export { withEnvelope } from './bus.ts'
export { type CloudEventsOptions, cloudEvents } from './cloud-events.ts'
export { createEnvelope, type Envelope, type EnvelopeOptions, type Sealed } from './envelope.ts'
