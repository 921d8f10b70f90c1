import type { Event } from '../event.ts'
import { join } from './moment.ts'

/** Which partitions each member holds, as the adapter reports it. */
export interface Holdings {
  readonly takes: readonly Event['type'][]
  step(event: Event): void
  /** Reported as revoked, and not as assigned again since. Without a partition: whether any of the topic's is. */
  hasLost(consumer: string, topic: string, partition: number | null): boolean
}

export function createHoldings(): Holdings {
  /** Lost partitions by consumer and topic. */
  const lost = new Map<string, Set<number>>()
  return {
    takes: ['assigned', 'revoked'],
    step(event) {
      if (event.type !== 'assigned' && event.type !== 'revoked') return
      for (const { topic, partition } of event.partitions) {
        const key = join(event.consumer, topic)
        const partitions = lost.get(key) ?? new Set()
        lost.set(key, partitions)
        if (event.type === 'revoked') partitions.add(partition)
        else partitions.delete(partition)
      }
    },
    hasLost(consumer, topic, partition) {
      const partitions = lost.get(join(consumer, topic))
      if (partitions === undefined) return false
      return partition === null ? partitions.size > 0 : partitions.has(partition)
    },
  }
}
