/** Has a bus publish. */
import type { Bus, Message, Receipt } from '../adapter.ts'
import type { Publishing } from '../claims/descriptor.ts'
import { contentOf } from '../history/digest.ts'
import { envelopeIn, isApart } from '../history/envelope.ts'
import { type Redact, seeError } from '../history/seen-error.ts'
import { attempt } from './attempt.ts'
import type { CommandOf, Emit, NodeConfig } from './host.ts'
import { messageFor, optionsOf } from './material.ts'
import type { Signals } from './signals.ts'
import type { Statistics } from './statistics.ts'

export interface Caller {
  readonly config: NodeConfig
  readonly emit: Emit
  readonly at: () => number
  readonly redact: Redact
  readonly statistics: Statistics | null
  /** Told of each message that the bus is given. */
  readonly watch: (message: Message) => void
  /** Throws for what is no receipt. */
  readonly receipt: (given: unknown) => Receipt
  /** Null if that threw; the count of resources then reports it. */
  readonly checked: <T>(check: () => T) => T | null
}

export interface PublishRequest extends Caller {
  readonly bus: Bus
  readonly signals: Pick<Signals, 'ended'>
}

/** Records the call; the result records how it settles. */
export function beginPublish(
  { config, emit, at, redact, statistics, watch, receipt: check, checked }: Caller,
  { op, producer }: Pick<CommandOf<'publish'>, 'op' | 'producer'>,
  message: Message,
  because: { readonly cause?: string } = {},
): Publishing {
  const { node, claims } = config
  const { topic } = message
  const [content, hasKey] = [contentOf(message, isApart(claims)), message.key !== null]
  const more = { ...optionsOf(config, op, message), ...envelopeIn(message.headers, claims, redact), ...because }
  emit({ type: 'publish', at: at(), node, op, producer, topic, content, hasKey, ...more })
  watch(message)
  const failed = (error: unknown): void => {
    emit({ type: 'published', at: at(), node, op, status: 'failed', error: seeError(error, redact) })
    void statistics?.tell('traffic')
  }
  return {
    failed,
    settled(given) {
      const receipt = checked(() => check(given))
      if (receipt === null) return failed(new Error('it returned no receipt'))
      const position = 'position' in receipt && receipt.position !== undefined ? { position: receipt.position } : {}
      emit({ type: 'published', at: at(), node, op, status: receipt.status, ...position })
      void statistics?.tell('traffic')
    },
  }
}

/** A delivery, and its message, in whose handling another message is published. */
export interface Cause {
  readonly delivery: string
  readonly message: Message
}

/** Returns at once; how it settles is an event. */
export function publish(
  request: PublishRequest,
  { op, producer, topic, abortAfter }: CommandOf<'publish'>,
  cause: Cause | null = null,
): void {
  const { config, bus, emit, at, signals } = request
  const message = messageFor(config, op, topic)
  const controller = new AbortController()
  const publishing = beginPublish(request, { op, producer }, message, cause === null ? {} : { cause: cause.delivery })
  const options = { op, signal: controller.signal, ...(cause === null ? {} : { cause: cause.message }) }
  const abort = (): void => {
    emit({ type: 'abort', at: at(), node: config.node, op })
    controller.abort()
  }
  const timer = abortAfter === null ? undefined : setTimeout(abort, abortAfter)
  const ended = (): void => {
    clearTimeout(timer)
    signals.ended(controller.signal)
  }
  attempt(() => bus.publish(message, options)).then(
    (given) => {
      ended()
      publishing.settled(given)
    },
    (error: unknown) => {
      ended()
      publishing.failed(error)
    },
  )
}
