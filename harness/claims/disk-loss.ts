import { z } from 'zod'
import type { ClaimDescriptor } from './descriptor.ts'

export interface DiskLossPart {
  /** If the system restarts without its stored data, members continue with what is published afterwards. */
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
        lacks: 'no recovery without the disk claimed',
      },
    },
  },
  docs: 'if the system restarts without its stored data, groups continue with what is published afterwards; only the embedded broker can lose its disk',
} satisfies ClaimDescriptor<'survivesDiskLoss'>
