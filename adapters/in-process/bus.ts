/**
 * A bus that lives in the process of its publishers and subscribers: each group of a topic gets the messages first in, first out, and
 * has a breaker of its own. Messages are passed on as they are, and never copied.
 */
import type { Bus, Message, Site } from '../../harness/adapter.ts'
import type { SubscriberBreakerClaim } from '../../harness/claims.ts'
import {
  backOff,
  CODES,
  deadLetterFor,
  isDeadLetterTopic,
  ResilienceError,
  refuseInvalid,
} from '../resilience/index.ts'
import { createSubscriberBreaker, type SubscriberBreaker } from './breaker.ts'
import { createHistory } from './history.ts'
import {
  createSubscription,
  type Failed,
  type Stored,
  type Subscription,
  type SubscriptionOptions,
} from './subscription.ts'

/** The number of messages that the history of a bus keeps. */
export const HISTORY_SIZE = 1_000

export interface InProcessOptions {
  /** The number of messages that the history keeps; default {@link HISTORY_SIZE}. */
  readonly history?: number
  /** Instead of the standard ones. */
  readonly parts?: Partial<InProcessParts>
}

/** What a bus is made of, each replaceable. */
export interface InProcessParts {
  /** The breaker of a group on a topic, made when its first member subscribes. */
  breaker(claim: SubscriberBreakerClaim<number>, group: string, topic: string): SubscriberBreaker
  subscription(options: SubscriptionOptions): Subscription
}

const STANDARD: InProcessParts = { breaker: createSubscriberBreaker, subscription: createSubscription }

export interface InProcessBus extends Bus {
  /** The last messages that were published, dead letters among them, the oldest first; of one topic, or of all. */
  history(topic?: string): readonly Stored[]
}

interface Topic {
  /** The number of its messages so far. */
  published: number
  readonly subscriptions: Map<string, Subscription>
}

/** It is configured from the claims, of which it needs `handling`, `subscriberBreaker` and `deadLetter`; throws a RangeError without them. */
export function createInProcessBus(
  { claims, prefix, observe }: Pick<Site, 'claims' | 'prefix' | 'observe'>,
  options: InProcessOptions = {},
): InProcessBus {
  const { handling, subscriberBreaker, deadLetter } = claims
  if (handling === undefined || subscriberBreaker === undefined || deadLetter === undefined)
    throw new RangeError('this bus needs the claims handling, subscriberBreaker and deadLetter')
  const parts = { ...STANDARD, ...options.parts }
  const history = createHistory<Stored>(options.history ?? HISTORY_SIZE)
  const topics = new Map<string, Topic>()
  const closing = new AbortController()
  const consumers = new Set<() => Promise<void>>()
  let closed: Promise<void> | null = null

  const refuseClosed = (): void => {
    if (closing.signal.aborted)
      throw new ResilienceError(CODES.closed, 'the bus is closed', { effect: 'none', retryable: false })
  }
  const topicOf = (name: string): Topic => {
    const found = topics.get(name) ?? { published: 0, subscriptions: new Map() }
    topics.set(name, found)
    return found
  }
  const store = (message: Message): Stored => {
    const topic = topicOf(message.topic)
    const stored = { message, position: { topic: message.topic, partition: 0, offset: topic.published++ } }
    history.add(stored)
    for (const subscription of topic.subscriptions.values()) subscription.push(stored)
    return stored
  }
  const letterOf = (group: string, { consumer, ...failed }: Failed): void => {
    const { position, message } = failed
    // Whoever fails to handle a dead letter leaves it where it is: there is none of a dead letter.
    if (isDeadLetterTopic(deadLetter, message.topic, prefix)) return
    store(deadLetterFor(deadLetter, { ...failed, group }, prefix))
    observe({ type: 'dead-lettered', consumer, group, position })
  }
  /** A new group from the earliest message gets what the history still has. */
  const subscriptionOf = (topic: string, group: string, from: 'earliest' | 'latest'): Subscription => {
    const { subscriptions } = topicOf(topic)
    const known = subscriptions.get(group)
    if (known !== undefined) return known
    const made = parts.subscription({
      breaker: parts.breaker(subscriberBreaker, group, topic),
      attempts: 1 + handling.retries,
      pauseBefore: (n) => backOff(handling, n, Math.random),
      deadLetter: (failed) => letterOf(group, failed),
      closing: closing.signal,
    })
    subscriptions.set(group, made)
    if (from === 'earliest') for (const stored of historyOf(topic)) made.push(stored)
    return made
  }
  const historyOf = (topic?: string): readonly Stored[] =>
    history.all().filter(({ position }) => topic === undefined || position.topic === topic)

  const leaveAll = async (): Promise<void> => {
    await Promise.all([...consumers].map((close) => close()))
    topics.clear()
    history.clear()
  }

  return {
    history: historyOf,
    async publish(message, { signal }) {
      refuseInvalid(message, claims.messages.maxBytes)
      refuseClosed()
      if (signal?.aborted === true)
        throw new ResilienceError(CODES.aborted, 'the publish was aborted', { effect: 'none', retryable: true })
      return { status: 'acknowledged', position: store(message).position }
    },
    async subscribe({ consumer, group, topics: wanted, from }, handle) {
      refuseClosed()
      const members = wanted.map((topic) => subscriptionOf(topic, group, from).join(consumer, handle))
      const close = async (): Promise<void> => {
        await Promise.all(members.map((member) => member.close()))
        consumers.delete(close)
      }
      consumers.add(close)
      return { close }
    },
    close() {
      closing.abort()
      closed ??= leaveAll()
      return closed
    },
  }
}
