/** The handlers that the harness hands to the bus: each does what the plan says of its message, and records it. */

import type { Delivery, Handler } from '../adapter.ts'
import { isDeadLetterTopic } from '../dead-letter-topic.ts'
import { contentOf } from '../history/digest.ts'
import { envelopeIn, isApart } from '../history/envelope.ts'
import { opIn, redrivenOp } from '../history/op.ts'
import type { Redact } from '../history/seen-error.ts'
import { askedOpOf, groupIndexIn, indexIn } from '../plan/message.ts'
import { outcomeFor, outcomeIn, outcomeOfCopy } from '../plan/outcome.ts'
import { sleep } from '../waiting.ts'
import type { Emit, NodeConfig } from './host.ts'
import type { Cause } from './publish.ts'
import { rejection, thrownAtTurn } from './thrown.ts'

/** Name of the secret that stands in the messages of handler errors, as a careless application would put it there. */
export const HANDLER_CANARY = 'handler-dsn'

export interface HandlerOptions {
  readonly config: NodeConfig
  readonly emit: Emit
  readonly at: () => number
  readonly consumer: string
  readonly group: string
  /** False for a handler that takes everything, whatever the plan says. */
  readonly obeys: boolean
  /** Attempts so far by group and message, shared by the consumers of a node. */
  readonly attempts: Map<string, number>
  /** Null for a delivery of the wrong shape, which is then rejected. */
  readonly check: (delivery: Delivery) => Delivery | null
  readonly redact: Redact
  /** Publishes another message because of one that was handled. */
  readonly publish: (op: string, cause: Cause) => void
}

export function createHandler(options: HandlerOptions): Handler {
  const { config, emit, at, consumer, group, redact } = options
  let deliveries = 0
  return async (given) => {
    const delivery = options.check(given)
    if (delivery === null) throw rejection('')
    const op = opIn(delivery.message.headers)
    const turn = deliveries++
    const id = `${consumer}#${turn}`
    emit({
      type: 'deliver',
      at: at(),
      node: config.node,
      delivery: id,
      consumer,
      group,
      op,
      topic: delivery.message.topic,
      content: contentOf(delivery.message, isApart(config.claims)),
      ...envelopeIn(delivery.message.headers, config.claims, redact),
      ...(delivery.position === undefined ? {} : { position: delivery.position }),
      attempt: delivery.attempt,
    })
    const step = options.obeys ? nextStep(options, op) : OTHERWISE
    // Who reads dead letters is there to reject them, and no close waits for it as for the groups of the plan. Nor is a dead
    // letter followed: its message was.
    const isLetter = isDeadLetterTopic(config.claims, delivery.message.topic, config.prefix)
    if (step.after > 0 && !isLetter) await sleep(step.after)
    emit({ type: 'handled', at: at(), node: config.node, delivery: id, consumer, group, op, outcome: step.result })
    if (step.result === 'ok' && options.obeys && !isLetter && isFollowed(config, op))
      options.publish(askedOpOf(config.node, `after-${op}-${id}`), { delivery: id, message: delivery.message })
    const secret = config.canaries[HANDLER_CANARY] ?? ''
    if (step.result === 'permanent') throw rejection(secret)
    if (step.result === 'retryable') throw thrownAtTurn(turn, secret)
  }
}

const OTHERWISE = { result: 'ok', after: 0 } as const

const isFollowed = ({ claims, plan }: NodeConfig, op: string | null): boolean =>
  claims.envelope !== undefined && plan.messages[indexIn(op ?? '') ?? -1]?.followUp === 'publish'

function nextStep(options: HandlerOptions, op: string | null): ReturnType<typeof outcomeFor> {
  const original = redrivenOp(op)
  const message = options.config.plan.messages[indexIn(original ?? op ?? '') ?? -1]
  if (message === undefined) return OTHERWISE
  const counter = `${options.group}/${op}`
  const before = options.attempts.get(counter) ?? 0
  options.attempts.set(counter, before + 1)
  const group = groupIndexIn(options.config.prefix, options.group)
  return outcomeFor(original === null ? outcomeIn(message, group) : outcomeOfCopy(message), before)
}
