/**
 * Puts a failed message off and goes on with those behind it: a heap of due times holds the retries, and locks keep two messages
 * of one key apart. Its breaker is a table of transitions, one instance for publishes and one, which nobody sees, for dead
 * letters. Closing drains: what was published before may still go out, as long as the time lasts.
 */
import { EventEmitter, once } from 'node:events'
import type { Bus, BusAdapter, Site } from '../../../harness/adapter.ts'
import { fixed, settable } from '../../../harness/claims.ts'
import { keepLine } from '../line.ts'
import { createDesk } from './desk.ts'
import { CODES, problem } from './problem.ts'
import { Worker } from './worker.ts'

const full = { formula: 'exponential', factor: fixed(2), jitter: { low: fixed(1), high: fixed(2) } } as const

const claims: BusAdapter['claims'] = {
  delivery: 'at-least-once',
  ordering: 'per-key',
  messages: { tombstones: true, repeatedHeaders: true, maxBytes: 50_000 },
  publish: { timeout: settable(2_000, 50, 60_000), deadline: settable(60_000, 200, 300_000) },
  consume: { session: settable(10_000, 200, 60_000), behindFailure: 'go-on' },
  close: { deadline: settable(20_000, 500, 60_000) },
  recovery: { deadline: settable(30_000, 1_000, 300_000) },
  errors: { codes: Object.values(CODES) },
  retry: { ...full, base: settable(200, 5, 10_000), cap: settable(2_000, 20, 60_000), retries: settable(3, 0, 10) },
  handling: { ...full, base: settable(200, 5, 10_000), cap: settable(2_000, 20, 60_000), retries: settable(3, 0, 10) },
  breaker: {
    trip: { when: 'consecutive-failures', failures: settable(4, 1, 100) },
    reset: settable(5_000, 50, 600_000),
    halfOpen: { permits: settable(1, 1, 10), closeAfter: settable(1, 1, 10), reopenOn: fixed(1) },
    retry: 'inside',
    code: CODES.open,
    manual: true,
  },
  deadLetter: { naming: 'per-topic', name: '.dead' },
  connections: fixed(3),
}

async function open(site: Site): Promise<Bus> {
  const lines = {
    publish: keepLine(site, 'publish'),
    consume: keepLine(site, 'consume'),
    bury: keepLine(site, 'dead-letter'),
  }
  const events = new EventEmitter()
  const desk = createDesk(site, lines.publish)
  const workers = new Set<Worker>()
  let state: 'open' | 'closing' | 'closed' = 'open'

  return {
    publish: desk.publish,
    breaker: desk.breaker,
    async subscribe(subscription, handle) {
      if (state !== 'open') throw problem(CODES.closed, 'closed', { effect: 'none', retryable: false })
      const worker = new Worker(site, subscription, handle, lines)
      workers.add(worker)
      await worker.joined
      return {
        async close() {
          await worker.close()
          workers.delete(worker)
        },
      }
    },
    async close() {
      if (state === 'closed') return
      if (state === 'closing') return void (await once(events, 'closed'))
      state = 'closing'
      await Promise.all([desk.close(), ...[...workers].map((worker) => worker.close())])
      for (const line of Object.values(lines)) line.close()
      state = 'closed'
      events.emit('closed')
    },
  }
}

export default { name: 'delayed', system: 'memory', claims, open } satisfies BusAdapter
