/** Handling one message: attempts, back-off, and finally the dead letter. */
import type { Delivery, Handler, Message, Site } from '../../harness/adapter.ts'
import { deadLetterId, isDeadLetterTopic } from './dead-letter.ts'
import { type Policies, pauseBefore } from './policies.ts'
import type { ReceivedRecord } from './records.ts'
import type { Suppress } from './suppressed.ts'
import { wait } from './wait.ts'

type PassedOver = 'duplicate' | 'expired'

/** What happens to a message before its handler is called. */
export type Admission =
  | {
      readonly do: 'handle'
      /** Called before each call of the handler. */
      readonly isExpired?: () => boolean
      /** Called once, when its handling has finally ended here. */
      readonly ended?: (succeeded: boolean) => Promise<void>
    }
  | { readonly do: 'pass-over'; readonly why: PassedOver }
  /** The message no longer belongs to this member. */
  | { readonly do: 'abandon' }

export interface HandlingOptions {
  readonly site: Site
  readonly consumer: string
  readonly group: string
  readonly handle: Handler
  readonly policies: Policies
  /** Called if a dead letter could not be stored and will be retried. */
  readonly suppress: Suppress
  /** Stores the dead letter; `dedup` is the same each time it is tried for one message and group. */
  readonly storeDeadLetter: (message: Message, dedup: string) => Promise<void>
  /** Called before each call of the handler; the result is called at its end. Null if the message no longer belongs to this member. */
  readonly enter?: () => Promise<(() => void) | null>
  /** Called before the first call of the handler. */
  readonly admit?: (record: ReceivedRecord, signal: AbortSignal) => Promise<Admission>
}

/**
 * Resolves with `settled` when the message was handled or skipped, or its dead letter was accepted; with `abandoned` if the signal
 * aborted first. While the dead-letter destination is down, it keeps trying, because nothing may be lost.
 */
export async function handleRecord(
  options: HandlingOptions,
  record: ReceivedRecord,
  signal: AbortSignal,
): Promise<'settled' | 'abandoned'> {
  const policy = options.site.claims.handling
  const { unreadable } = record
  if (unreadable !== undefined) return await deadLetter(options, record, { attempts: 1, error: unreadable }, signal)
  const admission = (await options.admit?.(record, signal)) ?? { do: 'handle' }
  if (admission.do === 'abandon') return 'abandoned'
  if (admission.do === 'pass-over') return passOver(options, record, admission.why)
  for (let attempt = 1; ; attempt++) {
    const end = options.enter === undefined ? nothing : await options.enter()
    if (end === null || signal.aborted || admission.isExpired?.() === true) {
      end?.()
      await admission.ended?.(false)
      return end === null || signal.aborted ? 'abandoned' : passOver(options, record, 'expired')
    }
    const failure = await tryHandling(options.handle, { message: record.message, position: record.position, attempt })
    if (failure === null) await admission.ended?.(true)
    end()
    if (failure === null) return 'settled'
    if (isPermanent(failure.error) || (policy !== undefined && attempt > policy.retries)) {
      await admission.ended?.(false)
      return await deadLetter(options, record, { attempts: attempt, error: failure.error }, signal)
    }
    await wait(pauseBefore(attempt - 1, { claim: policy, ...options.policies }), signal)
  }
}

function passOver(
  { site, consumer, group }: HandlingOptions,
  { position }: ReceivedRecord,
  why: PassedOver,
): 'settled' {
  site.observe({ type: 'skipped', consumer, group, position, why })
  return 'settled'
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
  // A consumer that fails to handle a dead letter leaves it in place: it would receive the dead letter of it again for ever.
  if (claim === undefined || isDeadLetterTopic(claim, record.position.topic, site.prefix)) return 'settled'
  const { message, position, unreadable } = record
  const failedOne = { message, position, group, ...failed, isUnreadable: unreadable !== undefined }
  const letter = policies.deadLetterFor(claim, failedOne, site.prefix)
  const id = deadLetterId(group, position, message)
  for (let attempt = 0; ; attempt++) {
    if (signal.aborted) return 'abandoned'
    try {
      await options.storeDeadLetter(letter, id)
      site.observe({ type: 'dead-lettered', consumer, group, position: record.position })
      return 'settled'
    } catch (error) {
      // The destination is down; the message stays uncommitted, and the consumer lives on.
      options.suppress('storing a dead letter', error)
      await wait(pauseBefore(attempt, { claim: site.claims.retry, ...policies }), signal)
    }
  }
}
