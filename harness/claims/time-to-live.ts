import { z } from 'zod'
import { type ClaimDescriptor, ms } from './descriptor.ts'

/** A message whose time is over is not handled. */
export interface TimeToLiveClaim {
  /** Name of the header that says how many ms after it was stored, in decimal digits; what has none lives for ever. */
  readonly header: string
}

export interface TimeToLiveMessage {
  /** ms that it lives once it is stored; null or absent for ever. Only where a time to live is claimed. */
  readonly ttlMs?: number | null
}

export interface TimeToLivePart {
  readonly timeToLive?: TimeToLiveClaim
}

export const timeToLive = {
  shape: () => z.strictObject({ header: z.string().min(1) }),
  conditions: {
    'time-to-live': {
      options: {
        ttlMs: {
          shape: ms.nullable(),
          values: [null, 400, 200, 100, 50],
          weight: (ttlMs) => (ttlMs === null ? 8 : 1),
        },
      },
      excludes: { outage: 'clock-step', because: 'messages live by the wall clock' },
    },
  },
  docs: 'a message older than its `header` says (ms since it was stored) is not handled',
} satisfies ClaimDescriptor<'timeToLive'>
