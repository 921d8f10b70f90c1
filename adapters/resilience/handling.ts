/** Handling one message: tries, back-off, and in the end the dead letter. */
import type { Delivery, Handler, Message, Position, Site } from '../../harness/adapter.ts'
import type { Policies } from './policies.ts'
import { wait } from './wait.ts'

export interface ReceivedRecord {
  readonly message: Message
  readonly position: Position
}

export interface HandlingOptions {
  readonly site: Site
  readonly consumer: string
  readonly group: string
  readonly handle: Handler
  readonly policies: Policies
  /** Stores the dead letter; `dedup` is the same each time it is tried for one message and group. */
  readonly storeDeadLetter: (message: Message, dedup: string) => Promise<void>
  /** Asked before each call of the handler, and told of its end; null when the message is no longer this member's. */
  readonly enter?: () => Promise<(() => void) | null>
}

/**
 * Resolves with `settled` when the message was handled, or its dead letter was taken; with `abandoned` when the signal
 * aborted first. While the dead-letter destination is down it goes on trying, because nothing may be lost.
 */
export async function handleRecord(
  options: HandlingOptions,
  record: ReceivedRecord,
  signal: AbortSignal,
): Promise<'settled' | 'abandoned'> {
  const policy = options.site.claims.handling
  for (let attempt = 1; ; attempt++) {
    const end = options.enter === undefined ? nothing : await options.enter()
    if (end === null || signal.aborted) {
      end?.()
      return 'abandoned'
    }
    const failure = await tryHandling(options.handle, { ...record, attempt })
    end()
    if (failure === null) return 'settled'
    if (isPermanent(failure.error) || policy === undefined || attempt > policy.retries) {
      return await deadLetter(options, record, { attempts: attempt, error: failure.error }, signal)
    }
    await wait(options.policies.backOff(policy, attempt - 1, Math.random), signal)
  }
}

const nothing = (): void => undefined

async function tryHandling(handle: Handler, delivery: Delivery): Promise<{ error: unknown } | null> {
  try {
    await handle(delivery)
    return null
  } catch (error) {
    return { error }
  }
}

const isPermanent = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'retryable' in error && error.retryable === false

async function deadLetter(
  options: HandlingOptions,
  record: ReceivedRecord,
  failed: { attempts: number; error: unknown },
  signal: AbortSignal,
): Promise<'settled' | 'abandoned'> {
  const { site, consumer, group, policies } = options
  const claim = site.claims.deadLetter
  if (claim === undefined) return 'settled'
  const letter = policies.deadLetterFor(claim, { ...record, group, ...failed }, site.prefix)
  const { topic, partition, offset } = record.position
  for (let attempt = 0; ; attempt++) {
    if (signal.aborted) return 'abandoned'
    try {
      await options.storeDeadLetter(letter, `${group}/${topic}/${partition}/${offset}`)
      site.observe({ type: 'dead-lettered', consumer, group, position: record.position })
      return 'settled'
    } catch {
      // The destination is down; the message stays uncommitted, and the consumer lives on.
      await wait(
        site.claims.retry === undefined ? 100 : policies.backOff(site.claims.retry, attempt, Math.random),
        signal,
      )
    }
  }
}
