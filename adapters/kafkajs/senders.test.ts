import { expect, test } from 'vitest'
import type { Message, Site } from '../../harness/adapter.ts'
import type { Sender } from './producer.ts'
import { createSenders } from './senders.ts'

const messageOf = (key: string | null): Message => ({
  topic: 't',
  key: key === null ? null : Buffer.from(key),
  value: null,
  headers: [],
})

function made() {
  const all: { readonly sent: (string | null)[]; isWarm: boolean; isClosed: boolean }[] = []
  const create = (): Sender => {
    const one = { sent: [] as (string | null)[], isWarm: false, isClosed: false }
    all.push(one)
    return {
      send: ({ key, topic }) => {
        one.sent.push(key === null ? null : Buffer.from(key).toString())
        return Promise.resolve({ topic, partition: 0, offset: 0 })
      },
      warmUp: async () => {
        one.isWarm = true
      },
      close: async () => {
        one.isClosed = true
      },
    }
  }
  return { all, senders: createSenders({} as Site, 'publish', create) }
}

test('a key keeps its sender, and many keys have four', async () => {
  const { all, senders } = made()
  const keys = Array.from({ length: 200 }, (_, index) => `key-${index % 40}`)
  for (const key of keys) await senders.send(messageOf(key))
  expect(all).toHaveLength(4)
  for (const key of new Set(keys)) expect(all.filter(({ sent }) => sent.includes(key))).toHaveLength(1)
  for (const { sent } of all) expect(sent.length).toBeGreaterThanOrEqual(20)
})

test('while one waits for its answer, messages of other keys are sent, and those of its own go to the same sender', () => {
  const sent: (readonly [number, string])[] = []
  let count = 0
  const create = (): Sender => {
    const own = count++
    return {
      send: ({ key }) => {
        sent.push([own, Buffer.from(key ?? []).toString()])
        return new Promise(() => undefined)
      },
      warmUp: () => Promise.resolve(),
      close: () => Promise.resolve(),
    }
  }
  const senders = createSenders({} as Site, 'publish', create)
  const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'a', 'b']
  for (const key of keys) void senders.send(messageOf(key))
  expect(sent.map(([, key]) => key)).toEqual(keys)
  expect(sent[6]?.[0]).toBe(sent[0]?.[0])
  expect(sent[7]?.[0]).toBe(sent[1]?.[0])
  expect(new Set(sent.map(([own]) => own)).size).toBeGreaterThan(1)
})

test('messages without a key take turns', async () => {
  const { all, senders } = made()
  for (let turn = 0; turn < 8; turn++) await senders.send(messageOf(null))
  expect(all.map(({ sent }) => sent.length)).toEqual([2, 2, 2, 2])
})

test('what is never used is never made, and one is warm before it is used', async () => {
  const { all, senders } = made()
  await senders.warmUp()
  expect(all.map(({ isWarm }) => isWarm)).toEqual([true])
})

test('a close closes all of them, and afterwards none is made', async () => {
  const { all, senders } = made()
  await senders.send(messageOf('key-1'))
  const before = all.length
  await senders.close()
  expect(all.every(({ isClosed }) => isClosed)).toBe(true)
  for (let turn = 0; turn < 8; turn++) await senders.send(messageOf(`${turn}`))
  expect(all).toHaveLength(before)
})
