import { z } from 'zod'
import type { ClaimDescriptor } from './descriptor.ts'

export interface DiskLossPart {
  /** After the system came back without what it had stored, members go on with what is published then. */
  readonly survivesDiskLoss?: true
}

export const survivesDiskLoss = {
  shape: () => z.literal(true),
  conditions: {
    'disk-loss': {
      // Seldom, since most clauses say nothing of such a run.
      outage: {
        kind: 'lose-disk',
        seed: 'lost-disk',
        share: 0.02,
        size: [1, 1],
        leans: { 'disk-loss': [1, 1] },
        lacks: 'no going on without the disk claimed',
      },
    },
  },
  docs: 'when the system comes back without what it had stored, groups go on with what is published then; systems whose disk can be taken away: the embedded broker',
} satisfies ClaimDescriptor<'survivesDiskLoss'>
