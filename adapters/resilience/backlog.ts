/** Publishes that wait for the breaker, and are sent one after another once it lets them through. */
import type { BreakerState, BusError, Receipt, Site } from '../../harness/adapter.ts'
import type { DegradationClaim } from '../../harness/claims.ts'
import { ResilienceError } from './errors.ts'
import { emptyQueue, type QueueOutcome, type QueuePolicy, type QueueState } from './queue.ts'
import { wait } from './wait.ts'

/** The outcome of one attempt; `refused`: the breaker let none through. */
export type Tried = { readonly receipt: Receipt } | { readonly error: BusError } | 'refused'

export interface Waiting {
  readonly op: string
}

export interface BacklogParts<T extends Waiting> {
  readonly site: Site
  readonly claim: DegradationClaim<number>
  readonly policy: QueuePolicy
  /** How long the breaker stays open, ms. */
  readonly reset: number
  /** Another attempt, the first if `attempt` is 1; never rejects. */
  attempt(one: T, attempt: number): Promise<Tried>
  /** ms before the next attempt after so many. */
  backOff(attempts: number): number
  /** Drops everything that is not on the wire. */
  stop(one: T): void
  /** The error of publishes that are still queued when the bus closes. */
  closed(one: T): BusError
}

export interface Backlog<T> {
  /** Whether a call made now must wait. */
  mustWait(): boolean
  /** Throws if it does not fit; nothing of it is sent then. */
  add(one: T): void
  /** Call it for each change of the breaker. */
  changed(to: BreakerState): void
  /** Waits for the current attempt; everything that is still queued then fails. */
  close(): Promise<void>
}

/** How long the queue waits, ms, before it asks again after the breaker refused it, although its time should be over or while others probe. */
const ASK_AGAIN = 20

export function createBacklog<T extends Waiting>(parts: BacklogParts<T>): Backlog<T> {
  const { site, claim, policy } = parts
  let queue: QueueState<T> = emptyQueue
  let breaker: BreakerState = 'closed'
  /** When the breaker may let the first one through, ms of a monotonic clock. */
  let due = 0
  let draining: Promise<void> | null = null
  let current: T | null = null
  let closed = false
  /** Ends a wait for the breaker. */
  let wake = new AbortController()
  const closing = new AbortController()
  const attempts = new Map<T, number>()

  const end = (one: T, how: QueueOutcome): void => {
    queue = policy.ended(queue, one, how)
    if (queue.waiting.length > 0 || how === 'kept') return
    site.observe({ type: 'drained', recovered: queue.recovered, failed: queue.failed })
    queue = emptyQueue
  }

  const settle = (one: T, tried: Exclude<Tried, 'refused'>): void => {
    attempts.delete(one)
    const { op } = one
    if ('error' in tried) site.observe({ type: 'settled', op, status: 'failed', error: tried.error })
    else {
      const position = 'position' in tried.receipt && tried.receipt.position
      site.observe({ type: 'settled', op, status: 'acknowledged', ...(position ? { position } : {}) })
    }
    end(one, 'error' in tried ? 'failed' : 'acknowledged')
  }

  /** Until the breaker may let it through: it has changed, or its time is over. */
  const breakerMayLetIn = async (again: boolean): Promise<void> => {
    const ms =
      breaker === 'isolated' ? Number.POSITIVE_INFINITY : Math.max(due - performance.now(), again ? ASK_AGAIN : 0)
    if (ms <= 0) return
    wake = new AbortController()
    if (Number.isFinite(ms)) await wait(ms, wake.signal)
    else await new Promise<void>((resolve) => wake.signal.addEventListener('abort', () => resolve(), { once: true }))
  }

  const tryOnce = async (one: T): Promise<void> => {
    const made = attempts.get(one) ?? 0
    current = one
    const tried = await parts.attempt(one, made + 1)
    current = null
    if (tried === 'refused') {
      end(one, 'kept')
      if (!closed) await breakerMayLetIn(true)
    } else if ('error' in tried && policy.keeps(tried.error) && !closed) {
      attempts.set(one, made + 1)
      end(one, 'kept')
      await wait(parts.backOff(made + 1), closing.signal)
    } else settle(one, tried)
  }

  const drain = async (): Promise<void> => {
    await breakerMayLetIn(false)
    for (let next = policy.next(queue); next !== null && !closed; next = policy.next(queue)) {
      queue = next.state
      await tryOnce(next.one)
      if (!closed) await breakerMayLetIn(false)
    }
    draining = null
  }

  return {
    mustWait: () => policy.mustWait(breaker, queue.waiting.length),
    add(one) {
      const offered = policy.offered(queue, one, claim.capacity)
      if (offered === null) {
        const text = `${claim.capacity} publishes wait already, which are as many as may`
        throw new ResilienceError(claim.code, text, { effect: 'none', retryable: true })
      }
      queue = offered
      draining ??= drain()
    },
    changed(to) {
      breaker = to
      due = to === 'open' ? performance.now() + parts.reset : 0
      wake.abort()
    },
    async close() {
      closed = true
      wake.abort()
      closing.abort()
      if (current !== null) parts.stop(current)
      await draining
      for (let next = policy.next(queue); next !== null; next = policy.next(queue)) {
        queue = next.state
        settle(next.one, { error: parts.closed(next.one) })
      }
    },
  }
}
