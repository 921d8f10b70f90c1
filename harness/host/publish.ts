/** Has a bus publish. */
import type { Bus, Message, Receipt } from '../adapter.ts'
import { contentOf } from '../history/digest.ts'
import { type Redact, seeError } from '../history/seen-error.ts'
import { attempt } from './attempt.ts'
import type { CommandOf, Emit, NodeConfig } from './host.ts'
import { messageFor, optionsOf } from './material.ts'
import type { Signals } from './signals.ts'
import type { Statistics } from './statistics.ts'

export interface PublishRequest {
  readonly config: NodeConfig
  readonly bus: Bus
  readonly emit: Emit
  readonly at: () => number
  readonly redact: Redact
  readonly statistics: Statistics | null
  readonly signals: Pick<Signals, 'ended'>
  /** Told of each message that the bus is given. */
  readonly watch: (message: Message) => void
  /** Throws for what is no receipt. */
  readonly check: (given: unknown) => Receipt
  /** Null where that threw, which is then told when resources are counted. */
  readonly checked: <T>(check: () => T) => T | null
}

/** Returns at once; how it settles is an event. */
export function publish(
  { config, bus, emit, at, redact, statistics, signals, watch, check, checked }: PublishRequest,
  { op, producer, topic, abortAfter }: CommandOf<'publish'>,
): void {
  const { node } = config
  const message = messageFor(config, op, topic)
  const [content, hasKey] = [contentOf(message), message.key !== null]
  const controller = new AbortController()
  emit({ type: 'publish', at: at(), node, op, producer, topic, content, hasKey, ...optionsOf(config, op, message) })
  const abort = (): void => {
    emit({ type: 'abort', at: at(), node, op })
    controller.abort()
  }
  const timer = abortAfter === null ? undefined : setTimeout(abort, abortAfter)
  const ended = (): void => {
    clearTimeout(timer)
    signals.ended(controller.signal)
  }
  const failed = (error: unknown): void => {
    emit({ type: 'published', at: at(), node, op, status: 'failed', error: seeError(error, redact) })
    void statistics?.tell('traffic')
  }
  watch(message)
  attempt(() => bus.publish(message, { op, signal: controller.signal })).then(
    (given) => {
      ended()
      const receipt = checked(() => check(given))
      if (receipt === null) return failed(new Error('it returned no receipt'))
      const position = 'position' in receipt && receipt.position !== undefined ? { position: receipt.position } : {}
      emit({ type: 'published', at: at(), node, op, status: receipt.status, ...position })
      void statistics?.tell('traffic')
    },
    (error: unknown) => {
      ended()
      failed(error)
    },
  )
}
