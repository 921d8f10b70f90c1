/** Messages with an envelope. */
import type { SeenEnvelope } from '../../../events/parts.ts'
import type { Happening } from './basis.case.ts'

/** What has an envelope has these fields: of what a caller does, those that are given. */
export const sealed = (happened: Happening, ...envelope: SeenEnvelope): Happening =>
  happened.map((event) =>
    event.type === 'publish' ||
    event.type === 'write' ||
    event.type === 'stored' ||
    event.type === 'deliver' ||
    event.type === 'dead-letter'
      ? { ...event, envelope }
      : event,
  )

/** Published in the handling of this delivery. */
export const because = (delivery: string, happened: Happening): Happening =>
  happened.map((event) => (event.type === 'publish' ? { ...event, cause: delivery } : event))
