/** A span for each publish and each call of a handler, in one trace from the publisher to the last follow-up. */
import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { Bus, Message } from '../../harness/adapter.ts'
import { boundTo, headerText, messageOf } from '../resilience/index.ts'

export interface TracingOptions {
  /** Default: the one of the provider that is registered. */
  readonly tracer?: Tracer
  /** Name of the system, as OpenTelemetry's conventions have it, such as `kafka`. */
  readonly system?: string
}

/** Of the W3C's trace context. */
const HEADER = 'traceparent'
const TRACEPARENT = /^00-(?<traceId>[\da-f]{32})-(?<spanId>[\da-f]{16})-(?<flags>[\da-f]{2})$/

/**
 * The same bus with spans. A message that carries no `traceparent` gets that of its publish; one that does keeps it, as the parent of its
 * spans. Goes around an envelope, which would give the message a trace of its own.
 */
export function withTracing(bus: Bus, { tracer = trace.getTracer('busproof'), system }: TracingOptions = {}): Bus {
  const { publishBatch, write, ...rest } = boundTo(bus)
  const about = (topic: string, more: Attributes = {}): Attributes => ({
    ...(system === undefined ? {} : { 'messaging.system': system }),
    'messaging.destination.name': topic,
    ...more,
  })
  const beginPublish = (message: Message, cause?: Message): Span =>
    tracer.startSpan(
      `publish ${message.topic}`,
      { kind: SpanKind.PRODUCER, attributes: about(message.topic) },
      traceOf(message) ?? (cause && trace.getActiveSpan() === undefined ? traceOf(cause) : null) ?? context.active(),
    )

  return {
    ...rest,
    publish: (message, options) => {
      const span = beginPublish(message, options.cause)
      return ended(span, () => rest.publish(carrying(message, span), options))
    },
    ...(publishBatch === undefined
      ? {}
      : {
          async publishBatch(batch) {
            const spans = batch.map(({ message }) => beginPublish(message))
            const messages = batch.map((one, index) => ({ ...one, message: carrying(one.message, spans[index]) }))
            try {
              const outcomes = await publishBatch(messages)
              for (const [index, outcome] of outcomes.entries())
                if (outcome.status === 'failed') fail(spans[index], outcome.error)
              return outcomes
            } catch (error) {
              for (const span of spans) fail(span, error)
              throw error
            } finally {
              for (const span of spans) span.end()
            }
          },
        }),
    ...(write === undefined
      ? {}
      : {
          write: (row, message, options) => {
            const span = beginPublish(message)
            return ended(span, async () => {
              const receipt = await write(row, carrying(message, span), options)
              if (receipt.event === 'failed') fail(span, receipt.error)
              return receipt
            })
          },
        }),
    subscribe: (subscription, handle) =>
      rest.subscribe(subscription, (delivery) => {
        const { message, position, attempt } = delivery
        const parent = traceOf(message) ?? context.active()
        const attributes = about(message.topic, {
          'messaging.consumer.group.name': subscription.group,
          'messaging.delivery.attempt': attempt,
          ...(position === undefined ? {} : { 'messaging.destination.partition.id': `${position.partition}` }),
        })
        const span = tracer.startSpan(`process ${message.topic}`, { kind: SpanKind.CONSUMER, attributes }, parent)
        return context.with(trace.setSpan(parent, span), () => ended(span, () => handle(delivery)))
      }),
  }
}

/** The context of the span that the message names; null where it names none. */
function traceOf(message: Message): Context | null {
  const named = TRACEPARENT.exec(headerText(message, HEADER) ?? '')?.groups
  if (named === undefined) return null
  const { traceId = '', spanId = '', flags = '' } = named
  const parent = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true }
  return isSpanContextValid(parent) ? trace.setSpanContext(context.active(), parent) : null
}

/** The message, with the span as its trace unless it has one. Where nothing is traced no span has an id. */
function carrying(message: Message, span: Span | undefined): Message {
  const own = span?.spanContext()
  if (own === undefined || !isSpanContextValid(own) || message.headers.some(([name]) => name === HEADER)) return message
  const flags = own.traceFlags.toString(16).padStart(2, '0')
  const value = new TextEncoder().encode(`00-${own.traceId}-${own.spanId}-${flags}`)
  return { ...message, headers: [...message.headers, [HEADER, value]] }
}

function fail(span: Span | undefined, error: unknown): void {
  span?.recordException(error instanceof Error ? error : messageOf(error))
  span?.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) })
}

async function ended<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    fail(span, error)
    throw error
  } finally {
    span.end()
  }
}
