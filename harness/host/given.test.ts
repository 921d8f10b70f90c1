import { describe, expect, test } from 'vitest'
import { STORY_CLAIMS } from '../check/testing/claims.case.ts'
import { UsageError } from '../errors.ts'
import { seeError } from '../history/seen-error.ts'
import { generatePlan } from '../plan/generate.ts'
import { mayReject } from '../plan/outcome.ts'
import { startSimulatedLanes } from '../site/simulated/lanes.ts'
import { checksFor } from './given.ts'

const checks = checksFor('a bus (./bus.ts)')
const position = { topic: 't', partition: 0, offset: 7 }

describe('a getter that throws is named, with the adapter and the field', () => {
  const throwing = (name: string): object =>
    Object.defineProperty({}, name, {
      enumerable: true,
      get() {
        throw new Error('not known')
      },
    })
  const proxy = new Proxy(
    {},
    {
      get(_, name) {
        throw new Error(`no ${String(name)} here`)
      },
    },
  )
  test.each([
    ['open() did not return a bus: reading its field publish throws: no publish here', () => checks.bus(proxy)],
    [
      'subscribe() did not return a consumer: reading its field close throws: not known',
      () => checks.consumer(throwing('close')),
    ],
    [
      'publish() did not return a receipt: reading its field status throws: not known',
      () => checks.receipt(throwing('status')),
    ],
    [
      'write() did not return a receipt for a write: reading its field event throws: not known',
      () => checks.writeReceipt(throwing('event')),
    ],
    [
      'the handler was not called with a delivery: reading its field message throws: not known',
      () => checks.delivery(throwing('message')),
    ],
    [
      'the value passed to observe() is not an observation: reading its field type throws: not known',
      () => checks.observation(throwing('type')),
    ],
  ])('%s', (sentence, check) => {
    expect(check).toThrow(UsageError)
    expect(check).toThrow(`a bus (./bus.ts): ${sentence}`)
  })
  test('what an error says of itself may throw too', () => {
    const thrown = throwing('message')
    expect(seeError(thrown, (text) => text).message).toBe('what was thrown has a message that cannot be read')
    expect(seeError(proxy, (text) => text)).toMatchObject({ code: null, causes: [] })
  })
})

describe('what is as it should be passes', () => {
  test.each([
    { type: 'attempt-began', op: 'm1', attempt: 1 },
    { type: 'attempt-ended', op: 'm1', attempt: 1, outcome: 'failed', error: new Error('no') },
    { type: 'attempt-ended', op: 'm1', attempt: 1, outcome: 'ok' },
    { type: 'breaker-changed', from: 'closed', to: 'open' },
    { type: 'assigned', consumer: 'c1', partitions: [{ topic: 't', partition: 0 }] },
    { type: 'revoked', consumer: 'c1', partitions: [] },
    { type: 'committed', consumer: 'c1', group: 'g', topic: 't', partition: 0, next: 8 },
    { type: 'dead-lettered', consumer: 'c1', group: 'g', position },
    { type: 'settled', op: 'm1', status: 'acknowledged', position },
    { type: 'settled', op: 'm1', status: 'failed', error: new Error('no') },
    { type: 'drained', recovered: 2, failed: 0 },
    { type: 'suppressed', consumer: 'c1', during: 'fetch', times: 4, error: new Error('no') },
    { type: 'suppressed', during: 'relay', times: 1, error: new Error('no') },
  ])('observation $type', (observation) => {
    expect(checks.observation(observation)).toEqual(observation)
    expect(checks.observation({ ...observation, at: 0, node: 'another' })).toEqual(observation)
  })
  test.each([{ status: 'acknowledged' }, { status: 'acknowledged', position }, { status: 'queued' }])(
    'receipt %j',
    (receipt) => expect(checks.receipt(receipt)).toEqual(receipt),
  )
  test('statistics, without what does not belong to them', () => {
    const stats = {
      connections: { total: 2, active: 1, idle: 1, waiting: 0 },
      sent: 3,
      failed: 1,
      bytes: 60,
      producers: [{ topic: 't', total: 1 }],
    }
    expect(checks.stats({ ...stats, host: 'localhost' })).toEqual(stats)
  })
  test('a bus of a class, a consumer, and a delivery of buffers', () => {
    class Bus {
      publish = (): void => undefined
      subscribe(): void {}
      close(): void {}
    }
    const bus = new Bus()
    expect(checks.bus(bus)).toBe(bus)
    const consumer = { close: () => undefined }
    expect(checks.consumer(consumer)).toBe(consumer)
    const message = { topic: 't', key: null, value: Buffer.from('x'), headers: [['a', Buffer.from('b')]] }
    const delivery = { message, attempt: 1 }
    expect(checks.delivery(delivery)).toEqual(delivery)
  })
})

/** What it is called, the check of it, and what is wrong with it. */
const WRONG: readonly (readonly [Exclude<keyof typeof checks, 'given'>, unknown, string])[] = [
  ['bus', null, 'open() did not return a bus'],
  ['bus', { publish() {}, subscribe() {} }, 'open() did not return a bus: close: must be a function'],
  ['stats', undefined, 'stats() did not return statistics'],
  [
    'stats',
    { connections: { total: -1, active: 0, idle: 0, waiting: 0 }, sent: 0, failed: 0, bytes: 0 },
    'connections.total',
  ],
  ['consumer', undefined, 'subscribe() did not return a consumer'],
  ['consumer', { close: true }, 'subscribe() did not return a consumer: close: must be a function'],
  ['receipt', undefined, 'publish() did not return a receipt'],
  ['receipt', { status: 'sent' }, 'publish() did not return a receipt: status'],
  [
    'receipt',
    { status: 'acknowledged', position: { ...position, offset: 7.5 } },
    'not return a receipt: position.offset',
  ],
  ['delivery', { attempt: 1 }, 'the handler was not called with a delivery: message'],
  [
    'delivery',
    { message: { topic: 't', key: 'k', value: null, headers: [] }, attempt: 1 },
    'message.key: must be a Uint8Array',
  ],
  ['delivery', { message: { topic: 't', key: null, value: null, headers: [] } }, 'with a delivery: attempt'],
  [
    'observation',
    { type: 'committed', consumer: 'c1' },
    'the value passed to observe() ("committed") is not an observation: group',
  ],
  [
    'observation',
    { type: 'settled', op: 'm1', status: 'queued' },
    'the value passed to observe() ("settled") is not an observation: status',
  ],
  ['observation', { type: 'drained', recovered: 1 }, 'not an observation: failed'],
  ['observation', { type: 'handled' }, 'the value passed to observe() ("handled") is not an observation: type'],
  ['observation', 7, 'the value passed to observe() is not an observation'],
]
test.each(WRONG)('%s %j is refused in one sentence', (which, value, sentence) => {
  const check = (): unknown => checks[which](value)
  expect(check).toThrow(UsageError)
  expect(check).toThrow(/^a bus \(\.\/bus\.ts\): [^\n]+\.$/)
  expect(check).toThrow(sentence)
})

test.each([
  ['nothing', 'open() did not return a bus'],
  ['no-subscribe', 'open() did not return a bus: subscribe: must be a function'],
  ['no-consumer', 'subscribe() did not return a consumer'],
  ['bare-receipt', 'publish() did not return a receipt'],
  ['odd-receipt', 'publish() did not return a receipt: position.partition'],
  ['bare-delivery', 'the handler was not called with a delivery: message.headers'],
  ['odd-observation', 'the value passed to observe() ("committed") is not an observation: topic'],
  ['unknown-observation', 'the value passed to observe() ("handled") is not an observation'],
  ['odd-count', 'redrive() did not return a number of messages'],
])(
  'a run with an adapter that gives %s is refused by its name and place',
  async (what, sentence) => {
    const module = new URL(`../../test/fixtures/misshapen-adapter.ts?${what}`, import.meta.url).href
    await using running = await startSimulatedLanes(module, 1)
    const planOf = (seed: number) =>
      generatePlan({ claims: running.adapter.claims, site: 'simulated', leans: ['calm'] }, seed, 1)
    // Something must fail to be handled, or there is nothing to redrive.
    const seeds = Array.from({ length: 100 }, (_, index) => 5 + index)
    const seed = seeds.find((one) => planOf(one).messages.some(({ outcome }) => mayReject(outcome)))
    const plan = planOf(seed ?? 0)
    const refused = running.lanes[0]?.execute(plan)
    await expect(refused).rejects.toThrow(UsageError)
    await expect(refused).rejects.toThrow(/^misshapen \(.*misshapen-adapter\.ts\): /)
    await expect(refused).rejects.toThrow(sentence)
  },
  30_000,
)

test('a breaker that is operated by hand is required only if it is claimed', () => {
  const bus = { publish() {}, subscribe() {}, close() {}, breaker: { reset() {} } }
  expect(checks.bus(bus)).toBe(bus)
  const { breaker } = STORY_CLAIMS
  if (breaker === undefined) throw new Error('the stories claim a breaker')
  expect(checks.bus(bus, { breaker })).toBe(bus)
  expect(() => checks.bus(bus, { breaker: { ...breaker, manual: true } })).toThrow(
    'open() did not return a bus: breaker.isolate: must be a function',
  )
})

test('to write is asked for only of who claims it', () => {
  const bus = { publish() {}, subscribe() {}, close() {} }
  expect(checks.bus(bus, {})).toBe(bus)
  expect(() => checks.bus(bus, { write: { event: 'required' } })).toThrow(
    'open() did not return a bus: write: must be a function',
  )
})

test('to redrive is asked for only of who claims it', () => {
  const bus = { publish() {}, subscribe() {}, close() {} }
  expect(checks.bus(bus, {})).toBe(bus)
  expect(() => checks.bus(bus, { redrive: true })).toThrow('open() did not return a bus: redrive: must be a function')
})

test('a receipt of a write says that it is stored, and what became of its event', () => {
  for (const event of ['acknowledged', 'queued', 'failed']) {
    const receipt = { status: 'stored', event, error: new Error('no') }
    expect(checks.writeReceipt(receipt)).toEqual(receipt)
  }
  for (const receipt of [undefined, { status: 'acknowledged' }, { status: 'stored', event: 'lost' }])
    expect(() => checks.writeReceipt(receipt)).toThrow('write() did not return a receipt for a write')
})
