/**
 * Collects what is published for a few milliseconds and sends it together. Its consumers fetch pages, handle the keys of a page
 * side by side, and commit on a timer what is done without a gap. It does not report its dead letters. No
 * breaker.
 */
import type { Bus, BusAdapter, Site } from '../../../harness/adapter.ts'
import { fixed, settable } from '../../../harness/claims.ts'
import { keepLine } from '../line.ts'
import { type Reader, startReader } from './reader.ts'
import { createSender } from './sender.ts'

const fullJitter = { formula: 'exponential', factor: fixed(3), jitter: { low: fixed(0), high: fixed(1) } } as const

const claims: BusAdapter['claims'] = {
  delivery: 'at-least-once',
  ordering: 'per-key',
  messages: { tombstones: true, repeatedHeaders: true, maxBytes: 100_000 },
  publish: { timeout: settable(3_000, 50, 60_000), deadline: settable(60_000, 200, 300_000) },
  consume: { session: settable(20_000, 200, 60_000), behindFailure: 'hold-key' },
  close: { deadline: settable(10_000, 500, 60_000) },
  recovery: { deadline: settable(30_000, 1_000, 300_000) },
  errors: { codes: ['timeout', 'disconnected', 'rejected', 'aborted', 'overdue', 'closed', 'bad message'] },
  retry: {
    ...fullJitter,
    base: settable(300, 5, 10_000),
    cap: settable(5_000, 20, 60_000),
    retries: settable(3, 0, 10),
  },
  handling: {
    ...fullJitter,
    base: settable(300, 5, 10_000),
    cap: settable(5_000, 20, 60_000),
    retries: settable(3, 0, 10),
  },
  deadLetter: { naming: 'per-topic', name: '-dead' },
  batch: true,
}

async function open(site: Site): Promise<Bus> {
  const publishing = keepLine(site, 'publish')
  const consuming = keepLine(site, 'consume')
  const burying = keepLine(site, 'dead-letter')
  const sender = createSender(site, publishing)
  const readers = new Set<Reader>()
  let closed: Promise<void> | undefined

  const close = async (): Promise<void> => {
    await Promise.all([sender.close(), ...[...readers].map((reader) => reader.stop())])
    for (const line of [publishing, consuming, burying]) line.close()
  }

  return {
    publish: (message, { op, signal }) => sender.send(message, op, signal),
    publishBatch: (batch) =>
      Promise.all(
        batch.map(({ message, op }) =>
          sender.send(message, op).catch((error) => ({ status: 'failed' as const, error })),
        ),
      ),
    flush: sender.flush,
    async subscribe(subscription, handle) {
      if (closed !== undefined) throw sender.closedError()
      const reader = startReader(site, subscription, handle, { consuming, burying })
      readers.add(reader)
      await reader.started
      return {
        async close() {
          await reader.stop()
          readers.delete(reader)
        },
      }
    },
    close() {
      closed ??= close()
      return closed
    },
  }
}

export default { name: 'batching', system: 'memory', claims, open } satisfies BusAdapter
