/** Counts the outcomes of publishes. */
import type { Bus, BusStats } from '../../harness/adapter.ts'

export interface Tally {
  readonly publish: Bus['publish']
  counts(): Pick<BusStats, 'sent' | 'failed' | 'bytes'>
}

/** The same publish, counted by its outcome. */
export function createTally(publish: Bus['publish']): Tally {
  let [sent, failed, bytes] = [0, 0, 0]
  return {
    async publish(message, options) {
      try {
        const receipt = await publish(message, options)
        if (receipt.status === 'acknowledged') {
          sent += 1
          bytes += message.value?.length ?? 0
        }
        return receipt
      } catch (error) {
        failed += 1
        throw error
      }
    },
    counts: () => ({ sent, failed, bytes }),
  }
}
