import { AsyncLocalStorage } from 'node:async_hooks'
import { type Context, type ContextManager, context, ROOT_CONTEXT, SpanKind, SpanStatusCode } from '@opentelemetry/api'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { afterEach, expect, test } from 'vitest'
import type { Bus, Delivery, Handler, Message, PublishOptions } from '../../harness/adapter.ts'
import { withTracing } from './tracing.ts'

/** What an application registers with the SDK for Node. */
class Contexts implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>()
  active = (): Context => this.#storage.getStore() ?? ROOT_CONTEXT
  with: ContextManager['with'] = (given, work, thisArg, ...args) =>
    this.#storage.run(given, () => work.call(thisArg as never, ...args))
  bind: ContextManager['bind'] = (_, target) => target
  enable = (): this => this
  disable = (): this => this
}
afterEach(() => context.disable())

const NO_HEADERS: Message = { topic: 'orders', key: null, value: null, headers: [] }
const traceparentOf = ({ headers }: Message): string | undefined =>
  headers.filter(([name]) => name === 'traceparent').map(([, value]) => new TextDecoder().decode(value))[0]
const tracedAs = (value: string): Message => ({
  ...NO_HEADERS,
  headers: [['traceparent', new TextEncoder().encode(value)]],
})
const GIVEN = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

/** A bus that keeps what it is given, and hands it to its handler when it is told to. */
function traced({ fails = false }: { readonly fails?: boolean } = {}) {
  const exporter = new InMemorySpanExporter()
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  const stored: Message[] = []
  let handler: Handler | null = null
  const publish = async (message: Message, _: PublishOptions) => {
    if (fails) throw new Error('no broker')
    stored.push(message)
    return { status: 'acknowledged' as const }
  }
  const inner: Bus = {
    publish,
    publishBatch: async (batch) =>
      Promise.all(
        batch.map(async ({ message }, index) => {
          stored.push(message)
          return index === 1
            ? {
                status: 'failed' as const,
                error: { code: 'NO', message: 'too large', retryable: false, effect: 'none' },
              }
            : { status: 'acknowledged' as const }
        }),
      ) as never,
    async write(_, message) {
      stored.push(message)
      return { event: 'failed', error: new Error('no broker') } as never
    },
    subscribe: async (_, handle) => {
      handler = handle
      return { close: async () => undefined }
    },
    close: async () => undefined,
  }
  const bus = withTracing(inner, { tracer: provider.getTracer('test'), system: 'memory' })
  const deliver = async (message: Message, more: Partial<Delivery> = {}) =>
    await handler?.({ message, attempt: 1, ...more })
  const spans = (): readonly ReadableSpan[] => exporter.getFinishedSpans()
  return { bus, stored, deliver, spans }
}

const SUBSCRIPTION = { consumer: 'c', group: 'billing', topics: ['orders'], from: 'earliest' } as const

test('a publish has a span, whose trace the message carries to the handler', async () => {
  const { bus, stored, deliver, spans } = traced()
  await bus.publish(NO_HEADERS, { op: 'm1' })
  const [message = NO_HEADERS] = stored
  await bus.subscribe(SUBSCRIPTION, async () => undefined)
  await deliver(message, { attempt: 2, position: { topic: 'orders', partition: 3, offset: '7' } as never })
  const [published, processed] = spans()
  const own = published?.spanContext()
  expect(published).toMatchObject({
    name: 'publish orders',
    kind: SpanKind.PRODUCER,
    status: { code: SpanStatusCode.UNSET },
    attributes: { 'messaging.system': 'memory', 'messaging.destination.name': 'orders' },
  })
  expect(traceparentOf(message)).toBe(`00-${own?.traceId}-${own?.spanId}-01`)
  expect(processed).toMatchObject({
    name: 'process orders',
    kind: SpanKind.CONSUMER,
    parentSpanContext: { traceId: own?.traceId, spanId: own?.spanId },
    attributes: {
      'messaging.consumer.group.name': 'billing',
      'messaging.delivery.attempt': 2,
      'messaging.destination.partition.id': '3',
    },
  })
})

test('a message keeps the trace that it is given, as the parent of its publish', async () => {
  const { bus, stored, spans } = traced()
  await bus.publish(tracedAs(GIVEN), { op: 'm1' })
  expect(stored.map(traceparentOf)).toEqual([GIVEN])
  expect(spans()[0]?.parentSpanContext).toMatchObject({ spanId: 'b7ad6b7169203331', isRemote: true })
  await bus.publish(tracedAs('00-00000000000000000000000000000000-b7ad6b7169203331-01'), { op: 'm2' })
  expect(spans()[1]?.parentSpanContext).toBeUndefined()
})

test.each([['a context manager'], ['the cause alone']])(
  'what a handler publishes belongs to its trace, by %s',
  async (by) => {
    if (by === 'a context manager') context.setGlobalContextManager(new Contexts())
    const { bus, stored, deliver, spans } = traced()
    await bus.subscribe(SUBSCRIPTION, async ({ message }) => {
      await Promise.resolve()
      await bus.publish(NO_HEADERS, { op: 'm2', cause: message })
    })
    await deliver(tracedAs(GIVEN))
    const [published, processed] = spans()
    expect(published?.spanContext().traceId).toBe('0af7651916cd43dd8448eb211c80319c')
    const parent = by === 'a context manager' ? processed?.spanContext().spanId : 'b7ad6b7169203331'
    expect(published?.parentSpanContext?.spanId).toBe(parent)
    expect(traceparentOf(stored[0] ?? NO_HEADERS)).toContain('0af7651916cd43dd8448eb211c80319c')
  },
)

test('failures are told, and thrown as they were', async () => {
  const { bus, deliver, spans } = traced({ fails: true })
  await expect(bus.publish(NO_HEADERS, { op: 'm1' })).rejects.toThrow('no broker')
  await bus.subscribe(SUBSCRIPTION, () => Promise.reject(new Error('bad order')))
  await expect(deliver(NO_HEADERS)).rejects.toThrow('bad order')
  await bus.publishBatch?.([NO_HEADERS, NO_HEADERS].map((message, index) => ({ message, op: `b${index}` })))
  await bus.write?.({} as never, NO_HEADERS, { op: 'w1' } as never)
  expect(spans().map(({ name, status: { code, message }, events }) => [name, code, message, events.length])).toEqual([
    ['publish orders', SpanStatusCode.ERROR, 'no broker', 1],
    ['process orders', SpanStatusCode.ERROR, 'bad order', 1],
    ['publish orders', SpanStatusCode.UNSET, undefined, 0],
    ['publish orders', SpanStatusCode.ERROR, 'too large', 1],
    ['publish orders', SpanStatusCode.ERROR, 'no broker', 1],
  ])
})

test('where no provider is registered messages stay as they are', async () => {
  const stored: Message[] = []
  const inner = { publish: async (message: Message) => void stored.push(message), close: async () => undefined }
  await withTracing(inner as unknown as Bus).publish(NO_HEADERS, { op: 'm1' })
  expect(stored).toEqual([NO_HEADERS])
})
