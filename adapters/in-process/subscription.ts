/** A group on one topic: its messages in the order in which they were published, one at a time, whichever member takes them. */
import type { BusError, Consumer, Handler, Message, Position } from '../../harness/adapter.ts'
import { wait } from '../resilience/index.ts'
import type { SubscriberBreaker } from './breaker.ts'

export interface Stored {
  readonly message: Message
  readonly position: Position
}

/** A message that will not be tried again. */
export interface Failed extends Stored {
  readonly consumer: string
  /** By all members together. */
  readonly attempts: number
  readonly error: unknown
}

export interface SubscriptionOptions {
  readonly breaker: SubscriberBreaker
  /** Attempts at one message by all members together. */
  readonly attempts: number
  /** The wait before retry `n` (from 0), ms. */
  readonly pauseBefore: (n: number) => number
  readonly deadLetter: (failed: Failed) => void
  /** Aborts when the bus closes. */
  readonly closing: AbortSignal
}

export interface Subscription {
  push(stored: Stored): void
  join(consumer: string, handle: Handler): Consumer
}

interface Member {
  readonly consumer: string
  readonly handle: Handler
  busy: Promise<unknown>
}

interface Waiting extends Stored {
  failed: number
  /** How often each member was given it. */
  readonly given: Map<Member, number>
}

const SUCCESS = Symbol('success')

export function createSubscription(options: SubscriptionOptions): Subscription {
  const { breaker, attempts, pauseBefore, deadLetter, closing } = options
  const waiting: Waiting[] = []
  const members: Member[] = []
  let isWorking = false

  async function work(): Promise<void> {
    if (isWorking) return
    isWorking = true
    for (let next = waiting[0]; next && members[0] && !closing.aborted; next = waiting[0]) {
      const rest = breaker.rest()
      const pause = rest > 0 ? rest : await handled(next, members[0])
      if (pause > 0) await wait(pause, closing)
    }
    isWorking = false
  }

  /** Resolves with the wait before the message is tried again, ms; 0 once it is done. */
  async function handled(next: Waiting, member: Member): Promise<number> {
    const attempt = (next.given.get(member) ?? 0) + 1
    next.given.set(member, attempt)
    const { message, position } = next
    const outcome = call(member.handle, { message, position, attempt })
    member.busy = outcome
    const error = await outcome
    breaker.ended(error === SUCCESS)
    if (error !== SUCCESS) {
      next.failed += 1
      if (next.failed < attempts && !isPermanent(error)) return pauseBefore(next.failed - 1)
      deadLetter({ message, position, consumer: member.consumer, attempts: next.failed, error })
    }
    waiting.shift()
    if (members[0] === member) members.push(...members.splice(0, 1))
    return 0
  }

  return {
    push(stored) {
      waiting.push({ ...stored, failed: 0, given: new Map() })
      void work()
    },
    join(consumer, handle) {
      const member: Member = { consumer, handle, busy: Promise.resolve() }
      members.push(member)
      void work()
      return {
        async close() {
          const place = members.indexOf(member)
          if (place !== -1) members.splice(place, 1)
          await member.busy
        },
      }
    },
  }
}

/** Resolves with what the handler threw, or with {@link SUCCESS}. */
const call = async (handle: Handler, delivery: Parameters<Handler>[0]): Promise<unknown> => {
  try {
    await handle(delivery)
    return SUCCESS
  } catch (error) {
    return error
  }
}

const isPermanent = (error: unknown): boolean => (error as Partial<BusError> | null | undefined)?.retryable === false
