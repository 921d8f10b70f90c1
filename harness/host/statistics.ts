/** Asks a bus for its statistics, where it claims to have any. */
import type { Bus, BusStats } from '../adapter.ts'
import type { EventOf } from '../events/kinds.ts'
import { type Redact, seeError } from '../history/seen-error.ts'
import type { Emit } from './host.ts'
import { redactAll } from './material.ts'

export interface Statistics {
  /** Emits what the bus answers; never rejects. Once its close has begun it is not asked any more. */
  tell(when: EventOf<'stats'>['when']): Promise<void>
  stop(): void
}

export function createStatistics(of: {
  readonly bus: Bus
  readonly node: string
  readonly at: () => number
  readonly emit: Emit
  readonly redact: Redact
  /** Null for what has another shape. */
  readonly check: (given: unknown) => BusStats | null
}): Statistics {
  const { bus, node, at, emit, redact, check } = of
  let stopped = false
  return {
    async tell(when) {
      if (stopped) return
      try {
        const stats = check(await bus.stats?.())
        if (!stopped) emit({ type: 'stats', at: at(), node, when, stats: redactAll(stats, redact) })
      } catch (error) {
        if (!stopped) emit({ type: 'stats', at: at(), node, when, stats: null, error: seeError(error, redact) })
      }
    },
    stop: () => {
      stopped = true
    },
  }
}
