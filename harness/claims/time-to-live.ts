import { z } from 'zod'
import { type ClaimDescriptor, ms } from './descriptor.ts'

/** A message is not handled after its time to live. */
export interface TimeToLiveClaim {
  /** Name of the header with the time to live, in ms after storing, as decimal digits; without it there is no limit. */
  readonly header: string
}

export interface TimeToLiveMessage {
  /** Its time to live, ms after it is stored; null or absent for no limit. Only if `timeToLive` is claimed. */
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
