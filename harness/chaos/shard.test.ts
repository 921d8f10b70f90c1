import fc from 'fast-check'
import { expect, test } from 'vitest'
import { UsageError } from '../errors.ts'
import { exampleClaims } from '../plan/claims.case.ts'
import { epochPlan } from './epoch.ts'
import { readChaos } from './file/read.ts'
import { dealt, digestOf, keysOf } from './shard.ts'

const configOf = (more = '', keys = 100) =>
  readChaos(
    `target: { adapter: memory, site: real }\nload: { rate: 100/s, keys: { count: ${keys}, skew: 1 } }\nepoch: 10s\n${more}`,
    'it.yaml',
  )
const of = 4
const shards = Array.from({ length: of }, (_, turn) => ({ index: turn + 1, of }))

test('each key belongs to one shard', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 12, max: 200 }), (many, count) => {
      const dealtKeys = Array.from({ length: many }, (_, turn) => keysOf(count, { index: turn + 1, of: many })).flat()
      expect(dealtKeys.toSorted((one, other) => one - other)).toEqual(Array.from({ length: count }, (_, key) => key))
    }),
  )
})

test('the shards together have the rate and the messages of the whole', () => {
  const parts = shards.map((shard) => dealt(configOf('messages: 1003'), shard))
  expect(parts.map(({ load }) => load.rate)).toEqual([25, 25, 25, 25])
  expect(parts.map(({ messages }) => messages)).toEqual([251, 251, 251, 250])
})

test('each shard has faults and keys of its own, and always the same', () => {
  const whole = configOf('duration: 60s\nfaults: { lasts: 500ms, rest: 500ms }')
  const target = { claims: exampleClaims, lacks: {}, outages: [], servers: 1 }
  const planOf = (shard: (typeof shards)[number]) =>
    epochPlan(dealt(whole, shard), target, { number: 1, lasts: 10_000, before: 0, messages: 1_000, shard })
  const plans = shards.map(planOf)
  expect(shards.map(planOf)).toEqual(plans)
  expect(new Set(plans.map(({ faults }) => JSON.stringify(faults))).size).toBe(of)
  const keys = plans.map(({ messages }) => new Set(messages.map(({ key }) => key)))
  const [first] = keys
  expect([...(first ?? [])].filter((key) => keys.slice(1).some((other) => other.has(key)))).toEqual([])
  // The most frequent key of all is the first shard's.
  const most = plans.map(({ messages }) => messages.filter(({ key }) => key === 0).length)
  expect(most.slice(1)).toEqual([0, 0, 0])
  expect(most[0]).toBeGreaterThan(20)
})

test('one shard of one is the whole', () => {
  const config = configOf('duration: 60s\nthresholds: [rate > 50/s over 10s]')
  expect(dealt(config, { index: 1, of: 1 })).toEqual(config)
})

test('a threshold of the rate is dealt too, and no other', () => {
  const config = configOf('duration: 60s\nthresholds: [rate > 50/s over 10s, failed < 20%]')
  const [rate, failed] = dealt(config, { index: 2, of }).thresholds
  expect([rate?.bound, failed?.bound]).toEqual([12.5, 20])
})

test('more shards than keys or messages are refused', () => {
  expect(() => dealt(configOf('duration: 1m', 3), { index: 1, of })).toThrow(
    new UsageError('--shard 1/4: there are only 3 keys: raise load.keys.count'),
  )
  expect(() => dealt(configOf('messages: 2'), { index: 3, of })).toThrow(
    new UsageError('--shard 3/4: there are only 2 messages: raise messages'),
  )
})

test('shards of one run are told by what the file says, wherever the target is', () => {
  const remote = (address: string, more = '') =>
    digestOf(
      readChaos(
        `target: { adapter: kafkajs, allow: [127.0.0.1], address: "${address}" }\nload: { rate: 1/s }\nduration: 1m\n${more}`,
        'it.yaml',
      ),
    )
  expect(remote('one:9092')).toBe(remote('other:9092'))
  expect(remote('one:9092', 'seed: 2')).not.toBe(remote('one:9092'))
  // Two on one machine cannot serve at the same port.
  expect(remote('one:9092', 'serve: { port: 9465 }\nguards: [{ command: [x] }]')).toBe(remote('one:9092'))
})
