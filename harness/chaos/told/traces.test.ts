import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import type { Told } from './told.ts'
import { startTraces } from './traces.ts'

const attribute = z.object({
  key: z.string(),
  value: z.object({ stringValue: z.string().optional(), intValue: z.union([z.number(), z.string()]).optional() }),
})
const span = z.object({
  name: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  attributes: z.array(attribute),
  status: z.object({ code: z.number(), message: z.string().optional() }),
})
const request = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attribute) }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
})

/** A collector of OTLP. */
let collector: Server
let requests: { readonly url: string | undefined; readonly body: z.infer<typeof request> }[]
beforeEach(async () => {
  requests = []
  collector = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      requests.push({ url: incoming.url, body: request.parse(JSON.parse(Buffer.concat(chunks).toString())) })
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
})
afterEach(() => void collector.close())

const otlp = (): string => `http://127.0.0.1:${(collector.address() as AddressInfo).port}/`
const fault = { epoch: 1, fault: 0, name: 'publish: refuse' }
const BEGAN: Told = {
  at: 5,
  event: 'began',
  time: '2020-01-01T00:00:00.005Z',
  adapter: 'mine',
  site: 'real',
  seed: 7,
  rate: 50,
}

async function sentOf(...told: readonly Told[]) {
  const traces = await startTraces({ otlp: otlp() })
  for (const one of told) traces.listener.told(one)
  await traces[Symbol.asyncDispose]()
  const spans = requests.flatMap(({ body }) =>
    body.resourceSpans.flatMap((of) => of.scopeSpans.flatMap((one) => one.spans)),
  )
  const names = new Map(spans.map(({ spanId, name }) => [spanId, name]))
  const zero = Date.parse('2020-01-01T00:00:00Z')
  const ms = (nano: string): number => Number(BigInt(nano) / 1_000_000n) - zero
  return spans.map((one) => ({
    name: one.name,
    within: names.get(one.parentSpanId ?? '') ?? null,
    from: ms(one.startTimeUnixNano),
    to: ms(one.endTimeUnixNano),
    status: one.status,
    attributes: Object.fromEntries(
      one.attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]),
    ),
  }))
}

test('the run, its epochs and its faults are spans, each within the other, with the times that were told', async () => {
  const spans = await sentOf(
    BEGAN,
    { at: 10, event: 'epoch', epoch: 1, messages: 100 },
    { at: 20, event: 'fault', ...fault },
    { at: 70, event: 'healed', ...fault, landed: { connections: 2, bytes: 30 } },
    { at: 90, event: 'judged', epoch: 1, events: 400, memory: 0, violations: {} },
    { at: 100, event: 'ended', ended: 'finished', why: null },
  )
  expect(spans).toEqual([
    {
      name: 'publish: refuse',
      within: 'epoch 1',
      from: 20,
      to: 70,
      status: { code: 0 },
      attributes: { 'busproof.connections': 2, 'busproof.bytes': 30 },
    },
    {
      name: 'epoch 1',
      within: 'chaos mine',
      from: 10,
      to: 90,
      status: { code: 0 },
      attributes: { 'busproof.messages': 100, 'busproof.events': 400 },
    },
    {
      name: 'chaos mine',
      within: null,
      from: 5,
      to: 100,
      status: { code: 0 },
      attributes: { 'busproof.site': 'real', 'busproof.seed': 7, 'busproof.rate': 50, 'busproof.ended': 'finished' },
    },
  ])
  expect(requests.map(({ url }) => url)).toEqual(['/v1/traces'])
  const [{ resource } = { resource: { attributes: [] } }] = requests[0]?.body.resourceSpans ?? []
  expect(resource.attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'busproof' } })
})

test('a violated epoch is an error, and what was broken off ends with the run', async () => {
  const spans = await sentOf(
    BEGAN,
    { at: 10, event: 'epoch', epoch: 1, messages: 100 },
    { at: 90, event: 'judged', epoch: 1, events: 400, memory: 0, violations: { 'delivery/1': 1, 'ordering/1': 2 } },
    { at: 95, event: 'epoch', epoch: 2, messages: 100 },
    { at: 96, event: 'fault', ...fault, epoch: 2 },
    { at: 100, event: 'ended', ended: 'violation', why: 'violated delivery/1, ordering/1' },
  )
  expect(spans.map(({ name, to, status }) => ({ name, to, status }))).toEqual([
    { name: 'epoch 1', to: 90, status: { code: 2, message: 'violated delivery/1, ordering/1' } },
    { name: 'publish: refuse', to: 100, status: { code: 0 } },
    { name: 'epoch 2', to: 100, status: { code: 0 } },
    { name: 'chaos mine', to: 100, status: { code: 2, message: 'violated delivery/1, ordering/1' } },
  ])
})

test('of an epoch that is made again, both tries are spans', async () => {
  const spans = await sentOf(
    BEGAN,
    { at: 10, event: 'epoch', epoch: 1, messages: 100 },
    { at: 20, event: 'fault', ...fault },
    { at: 30, event: 'epoch', epoch: 1, messages: 100 },
    { at: 90, event: 'judged', epoch: 1, events: 400, memory: 0, violations: {} },
    { at: 100, event: 'ended', ended: 'finished', why: null },
  )
  const told = spans.map(({ name, from, to, attributes }) => [name, from, to, attributes['busproof.spoilt'] ?? ''])
  expect(told).toEqual([
    ['publish: refuse', 20, 30, 'true'],
    ['epoch 1', 10, 30, 'true'],
    ['epoch 1', 30, 90, ''],
    ['chaos mine', 5, 100, ''],
  ])
})

test('a collector that is gone costs nothing but the spans', async () => {
  const traces = await startTraces({ otlp: 'http://127.0.0.1:9' })
  traces.listener.told(BEGAN)
  traces.listener.told({ at: 100, event: 'ended', ended: 'finished', why: null })
  await expect(traces[Symbol.asyncDispose]()).resolves.toBeUndefined()
}, 30_000)
