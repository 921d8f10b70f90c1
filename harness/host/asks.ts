/** Makes the calls on a bus that the lists of a plan require. */
import type { z } from 'zod'
import type { Ask, Asked, AskedAdapter } from '../claims/descriptor.ts'
import { asksIn } from '../claims/plans.ts'
import type { Event } from '../events/kinds.ts'
import { seeError } from '../history/seen-error.ts'
import { askedOpOf } from '../plan/message.ts'
import type { Plan } from '../plan/plan.ts'
import { refusedTopicOf } from '../refused-topic.ts'
import type { CommandOf } from './host.ts'
import { messageFor, redactAll } from './material.ts'
import { beginPublish, type PublishRequest, publish } from './publish.ts'

export interface AskRequest extends PublishRequest {
  /** Throws for a value of another shape. */
  readonly given: <T>(shape: z.ZodType<T>, given: unknown, what: string) => T
  readonly adapter: AskedAdapter
}

/** `topics` are those of the run. */
export function askedOf(request: AskRequest, topics: readonly string[]): Asked {
  const { adapter, config, bus, emit, at, redact, given, checked } = request
  const producer = `asked-${config.node}`
  return {
    bus,
    adapter,
    claims: config.claims,
    topic: (index) => topics[index % topics.length] ?? '',
    refusedTopic: refusedTopicOf(config.prefix),
    // Only the time and the node are missing.
    tell: ({ type, ...event }) => emit({ type, at: at(), node: config.node, ...event } as Event),
    see: (error) => seeError(error, redact),
    redacted: (value) => redactAll(value, redact),
    opOf: (name) => askedOpOf(config.node, name),
    message: (op, topic) => messageFor(config, op, topic),
    publish: (op, topic) => publish(request, { do: 'publish', op, producer, topic, abortAfter: null }),
    publishing: (op, message) => beginPublish(request, { op, producer }, message),
    check: (shape, value, what) => checked(() => given(shape, value, what)),
  }
}

/** By plan, which may ask for thousands of calls. */
const asksOf = new WeakMap<Plan, readonly Ask[]>()

/** Resolves once the call has been made, possibly before it has settled. */
export async function carryOutAsk(request: AskRequest, { ask, topics }: CommandOf<'ask'>): Promise<void> {
  const { plan } = request.config
  const asks = asksOf.get(plan) ?? asksIn(plan)
  asksOf.set(plan, asks)
  await asks[ask]?.carryOut(askedOf(request, topics))
}
