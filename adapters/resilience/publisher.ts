/** Publishing with time-outs, retry, breaker (inside the retries, or around them), one at a time for each ordering key, a deadline, and an orderly close. */
import type { BreakerByHand, BusError, Message, PublishOptions, Receipt, Site } from '../../harness/adapter.ts'
import { type Backlog, createBacklog, type Tried } from './backlog.ts'
import { CODES, toBusError } from './errors.ts'
import { type AttemptResult, byHand, FailedAttempt, type Guard, noGuard, standardGuard } from './guard.ts'
import { refuseInvalid } from './invalid.ts'
import { type Policies, standardPolicies } from './policies.ts'
import {
  errorOf,
  newPublication,
  type Publication,
  refusal,
  type StopReason,
  stopError,
  UNTRIED,
} from './publication.ts'
import { type Send, sendInTime } from './send.ts'
import { createTurns } from './turns.ts'
import { wait } from './wait.ts'

export interface Publisher {
  /** It may be queued if degradation is claimed. */
  publish(message: Message, options: PublishOptions): Promise<Receipt>
  /** The same, but never queued: the caller needs the final outcome. */
  publishNow(message: Message, options: PublishOptions): Promise<Receipt>
  /** The breaker, if it can be operated by hand. */
  readonly breaker?: BreakerByHand
  /** Whether the breaker would refuse a publish now; null without a breaker. */
  readonly isOpen: (() => boolean) | null
  /** Waits for attempts in flight; publishes that wait for their turn or a retry fail with `CLOSED`. */
  close(): Promise<void>
}

type Result = { readonly receipt: Receipt } | { readonly error: BusError }

export function createPublisher(site: Site, send: Send, policies: Policies = standardPolicies): Publisher {
  const { publish: limits, retry, breaker: breakerClaim, degradation } = site.claims
  const turns = createTurns()
  const pending = new Map<Publication, Promise<unknown>>()
  const session = crypto.randomUUID()
  let count = 0
  let closed = false
  const makeGuard = policies.guard ?? standardGuard(policies.stepBreaker)
  const guard: Guard =
    breakerClaim === undefined
      ? noGuard
      : makeGuard(breakerClaim, (from, to) => {
          site.observe({ type: 'breaker-changed', from, to })
          backlog?.changed(to)
        })

  const carryOut = async (publication: Publication): Promise<Receipt> => {
    const leave = await turns.enter(policies.orderingKeyOf(publication.message), publication.stopped)
    try {
      return await (breakerClaim?.retry === 'inside' ? guardedWhole(publication) : guardedAttempts(publication))
    } finally {
      leave()
    }
  }

  /** The retries wrap the guard: it is asked before each attempt, and a refusal ends the publish. */
  const guardedAttempts = (publication: Publication): Promise<Receipt> =>
    attempts(publication, (attempt) => guarded(publication, (ended) => attemptOnce(publication, attempt, ended)))

  /** The guard wraps the retries: it is asked once, and receives their outcome. */
  const guardedWhole = async (publication: Publication): Promise<Receipt> => {
    const result = await guarded(publication, async (ended) => {
      let isTold = false
      const tell = (result: AttemptResult): void => {
        isTold = true
        ended(result)
      }
      const bare = (attempt: number): Promise<Result> => {
        const isLast = retry === undefined || attempt > retry.retries
        const attempted = attemptOnce(publication, attempt, (result) => {
          if (result !== 'bad' || isLast) tell(result)
        })
        return attempted.then(
          (receipt) => ({ receipt }),
          (thrown) => ({ error: errorOf(publication, thrown) }),
        )
      }
      try {
        return await attempts(publication, bare)
      } catch (thrown) {
        // Given up between two attempts.
        if (!isTold) tell('neither')
        throw new FailedAttempt(toBusError(thrown), !publication.stop.signal.aborted)
      }
    })
    if ('error' in result) throw result.error
    return result.receipt
  }

  const attempts = async (
    publication: Publication,
    attemptOf: (attempt: number) => Promise<Result>,
  ): Promise<Receipt> => {
    for (let attempt = 1; ; attempt++) {
      const { signal } = publication.stop
      if (signal.aborted) throw stopError(signal.reason, publication)
      const result = await attemptOf(attempt)
      if ('receipt' in result) return result.receipt
      if (!result.error.retryable || retry === undefined || attempt > retry.retries) throw result.error
      if (closed) throw stopError('closed', publication)
      await wait(policies.backOff(retry, attempt - 1, Math.random), signal)
    }
  }

  /** Rejects if nothing may follow; the guard may let a call wait, but not beyond its end. */
  const guarded = async (
    publication: Publication,
    call: (ended: (result: AttemptResult) => void) => Promise<Receipt>,
  ): Promise<Result> => {
    const { signal } = publication.stop
    const stopped = (): BusError => stopError(signal.reason, publication)
    let begun = false
    const settled = guard.run((ended) => {
      if (signal.aborted) {
        ended('neither')
        return Promise.reject(new FailedAttempt(stopped(), false))
      }
      begun = true
      return call(ended)
    })
    let giveUp = (): void => undefined
    const givenUp = new Promise<never>((_, reject) => {
      giveUp = () => (begun ? undefined : reject(stopped()))
    })
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      return { receipt: await Promise.race([settled, givenUp]) }
    } catch (thrown) {
      if (!begun) throw signal.aborted ? stopped() : refusal(publication)
      const error = errorOf(publication, thrown)
      if (signal.aborted) throw error
      return { error }
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
  }

  const attemptOnce = async (
    publication: Publication,
    attempt: number,
    ended: (result: AttemptResult) => void,
  ): Promise<Receipt> => {
    const { op } = publication
    site.observe({ type: 'attempt-began', op, attempt })
    publication.attempting = true
    try {
      const receipt = await sendInTime(send, publication, limits.timeout)
      site.observe({ type: 'attempt-ended', op, attempt, outcome: 'ok' })
      ended('good')
      return receipt
    } catch (thrown) {
      const stopped = publication.stop.signal.aborted
      const error = toBusError(thrown)
      if (error.effect === 'unknown') publication.effect = 'unknown'
      if (!stopped) publication.failure = error
      site.observe({ type: 'attempt-ended', op, attempt, outcome: stopped ? 'cancelled' : 'failed', error })
      const counts = !stopped && error.retryable
      ended(counts ? 'bad' : 'neither')
      throw new FailedAttempt(error, counts)
    } finally {
      publication.attempting = false
    }
  }

  const tryWaiting = async (publication: Publication, attempt: number): Promise<Tried> => {
    try {
      const leave = await turns.enter(policies.orderingKeyOf(publication.message), publication.stopped)
      const { signal } = publication.stop
      const once = signal.aborted
        ? Promise.reject(stopError(signal.reason, publication))
        : guarded(publication, (ended) => attemptOnce(publication, attempt, ended))
      return await once.finally(leave)
    } catch (thrown) {
      const error = toBusError(thrown)
      return error.code === CODES.breakerOpen ? 'refused' : { error }
    }
  }

  const stopForClose = ({ attempting, stop }: Publication): void => {
    if (!attempting) stop.abort('closed' satisfies StopReason)
  }

  const backlog: Backlog<Publication> | null =
    degradation === undefined || breakerClaim === undefined
      ? null
      : createBacklog({
          site,
          claim: degradation,
          policy: policies.queue,
          reset: breakerClaim.reset,
          attempt: tryWaiting,
          backOff: (made) =>
            retry === undefined ? breakerClaim.reset : policies.backOff(retry, made - 1, Math.random),
          stop: stopForClose,
          closed: (publication) => stopError('closed', publication),
        })

  const begin = (message: Message, { op, signal }: PublishOptions): Publication => {
    if (closed) throw stopError('closed', UNTRIED)
    refuseInvalid(message, site.claims.messages.maxBytes)
    if (signal?.aborted === true) throw stopError('aborted', UNTRIED)
    return newPublication(op, message, `${session}-${count++}`)
  }

  const settle = async (publication: Publication, signal: AbortSignal | undefined): Promise<Receipt> => {
    if (guard.isOpen()) throw refusal(UNTRIED)
    const { stop } = publication
    const deadline = setTimeout(() => stop.abort('deadline' satisfies StopReason), limits.deadline)
    const abort = (): void => stop.abort('aborted' satisfies StopReason)
    signal?.addEventListener('abort', abort, { once: true })
    const work = carryOut(publication).finally(() => {
      clearTimeout(deadline)
      signal?.removeEventListener('abort', abort)
      pending.delete(publication)
    })
    pending.set(publication, work)
    return await work
  }

  return {
    ...(guard.force === undefined ? {} : { breaker: byHand(guard.force) }),
    isOpen: breakerClaim === undefined ? null : guard.isOpen,
    async publish(message, options) {
      const publication = begin(message, options)
      if (backlog?.mustWait() !== true) return await settle(publication, options.signal)
      backlog.add(publication)
      return { status: 'queued' }
    },
    publishNow: async (message, options) => await settle(begin(message, options), options.signal),
    async close() {
      closed = true
      for (const publication of pending.keys()) stopForClose(publication)
      await Promise.allSettled([...pending.values(), backlog?.close()])
      guard.close()
    },
  }
}
