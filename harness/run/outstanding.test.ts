import { expect, test } from 'vitest'
import type { Event } from '../events/kinds.ts'
import type { Content } from '../events/parts.ts'
import { createOutstanding } from './outstanding.ts'

const content: Content = { key: 'null', value: '"v"', headers: 'none' }
let at = 0
const on = { node: 'n0', group: 'g0' }
const publish = (op: string, topic = 't0'): Event[] => [
  { type: 'publish', at: at++, node: 'n0', op, producer: 'p0', topic, content, hasKey: false },
  { type: 'published', at: at++, node: 'n0', op, status: 'acknowledged' },
]
const join = (consumer: string, topic = 't0', from: 'earliest' | 'latest' = 'earliest'): Event[] => [
  { type: 'subscribe', at: at++, ...on, consumer, topics: [topic], from },
  { type: 'subscribed', at: at++, node: 'n0', consumer },
]
const leave = (consumer: string): Event => ({ type: 'unsubscribe', at: at++, node: 'n0', consumer })
const handle = (op: string): Event => ({
  type: 'handled',
  at: at++,
  ...on,
  consumer: 'c0',
  delivery: op,
  op,
  outcome: 'ok',
})

function after(...events: readonly (Event | Event[])[]) {
  const outstanding = createOutstanding()
  for (const event of events.flat()) outstanding.step(event)
  return outstanding
}

test('a message is outstanding until each group with a member on its topic has handled it', () => {
  expect(after(join('c0'), publish('m0')).count()).toBe(1)
  const handled = after(join('c0'), publish('m0'), handle('m0'))
  expect(handled.count()).toBe(0)
  expect(handled.settledEverywhere('m0')).toBe(true)
  expect(after(publish('m0')).count()).toBe(0)
})

test('a group whose members now read other topics is not waited for', () => {
  const left = after(join('c0', 't0'), join('c1', 't1'), publish('m0', 't0'), leave('c0'))
  expect(left.count()).toBe(0)
  expect(left.settledEverywhere('m0')).toBe(true)
  expect(left.abandonedGroups()).toEqual([])
  const stayed = after(join('c0', 't0'), join('c1', 't1'), publish('m0', 't0'), leave('c1'))
  expect(stayed.settledEverywhere('m0')).toBe(false)
})

test('what came before a group is its own only where every member began at the earliest message', () => {
  expect(after(publish('m0'), join('c0')).count()).toBe(1)
  expect(after(publish('m0'), join('c0', 't0', 'latest')).count()).toBe(0)
  // The first of the two to read decides, and that is not visible from outside.
  expect(after(publish('m0'), join('c0'), join('c1', 't0', 'latest')).count()).toBe(0)
  expect(after(join('c0'), publish('m0'), join('c1', 't0', 'latest')).count()).toBe(1)
})

test('a dead letter that the witness found settles its message for its group, whether the bus reports it or not', () => {
  const letter = (group: string): Event => {
    const position = { topic: 't0.dlq', partition: 0, offset: 0 }
    return { type: 'dead-letter', at: at++, op: 'm0', position, content, fields: { original_group: group } }
  }
  expect(after(join('c0'), publish('m0'), letter('g0')).count()).toBe(0)
  expect(after(join('c0'), publish('m0'), letter('g1')).count()).toBe(1)
})

const redrive: Event = { type: 'redrive', at: at++, node: 'n0', redrive: 'r', topic: 't0' }
const ended = (changes = {}): Event => ({
  type: 'redrive-ended',
  at: at++,
  node: 'n0',
  redrive: 'r',
  topic: 't0',
  ...changes,
})
const copied = (topic = 't0'): Event => {
  const position = { topic, partition: 0, offset: 7 }
  return { type: 'stored', at: at++, op: 'm0~redriven', position, content }
}
const known = [...join('c0'), ...publish('m0'), handle('m0')]

test('a copy that a redrive publishes is outstanding once the redrive has ended well, whichever is seen first', () => {
  expect(after(known, redrive, copied()).count()).toBe(0)
  expect(after(known, redrive, copied(), ended({ count: 1 })).owed()).toEqual([{ group: 'g0', op: 'm0~redriven' }])
  expect(after(known, redrive, ended({ count: 1 }), copied()).count()).toBe(1)
  expect(after(known, redrive, ended({ count: 1 }), copied(), handle('m0~redriven')).count()).toBe(0)
  const error = { name: 'Error', message: 'no', code: 'X' }
  expect(after(known, redrive, copied(), ended({ error })).count()).toBe(0)
})

test('a copy is neither its dead letter nor what nobody redrove', () => {
  expect(after(known, join('c1', 't0.dlq'), redrive, ended({ count: 1 }), copied('t0.dlq')).count()).toBe(0)
  const reader = join('c1', 't0.dlq').map((event) => ('group' in event ? { ...event, group: 'letters' } : event))
  const handled = [redrive, ended({ count: 1 }), copied(), handle('m0~redriven')]
  expect(after(known, reader, handled, copied('t0.dlq')).count()).toBe(0)
  expect(after(known, copied()).count()).toBe(0)
})

const row = { id: 'row', values: { flag: true, count: 1, ratio: 0.5, label: '', note: null } }
const write = (op: string): Event => ({
  type: 'write',
  at: at++,
  node: 'n0',
  op,
  producer: 'p0',
  topic: 't0',
  content,
  hasKey: false,
  row,
  rollsBack: false,
})
const stored = (op: string, event: 'acknowledged' | 'queued' | 'failed'): Event => ({
  type: 'written',
  at: at++,
  node: 'n0',
  op,
  status: 'stored',
  event,
})

test('a write is outstanding until it settles, and its event until it is handled', () => {
  expect(after(write('m0')).count()).toBe(1)
  expect(after(join('c0'), write('m0'), stored('m0', 'queued')).count()).toBe(1)
  expect(after(join('c0'), write('m0'), stored('m0', 'acknowledged'), handle('m0')).count()).toBe(0)
  expect(after(join('c0'), write('m0'), stored('m0', 'failed')).count()).toBe(0)
})

test('the event of a write whose process was killed is waited for only where somebody else may publish it', () => {
  const killed: Event[] = [
    { type: 'subscribe', at: at++, node: 'n1', group: 'g0', consumer: 'c0', topics: ['t0'], from: 'earliest' },
    { type: 'subscribed', at: at++, node: 'n1', consumer: 'c0' },
    write('m0'),
    { type: 'killed', at: at++, node: 'n0' },
  ]
  const outstanding = (relays: boolean): number => {
    const outstanding = createOutstanding(relays)
    for (const event of killed) outstanding.step(event)
    return outstanding.count()
  }
  expect([outstanding(true), outstanding(false)]).toEqual([1, 0])
})

test('what a node told last is not waited for where it arrives after the node was killed', () => {
  const killed: Event = { type: 'killed', at: at++, node: 'n0' }
  const late: Event[] = [
    ...publish('m0').slice(0, 1),
    { type: 'subscribe', at: at++, node: 'n0', group: 'g0', consumer: 'c0', topics: ['t0'], from: 'earliest' },
  ]
  expect(after(...late).count()).toBe(2)
  expect(after(killed, ...late).count()).toBe(0)
  const stays: Event[] = [
    { type: 'subscribe', at: at++, node: 'n1', group: 'g0', consumer: 'c1', topics: ['t0'], from: 'earliest' },
    { type: 'subscribed', at: at++, node: 'n1', consumer: 'c1' },
  ]
  const relayed = createOutstanding(true)
  for (const event of [...stays, killed, write('m0')]) relayed.step(event)
  expect(relayed.count()).toBe(1)
})

test('what is queued is outstanding until it is told as settled, in whatever order the two are told', () => {
  const [called] = publish('m0')
  if (called === undefined) throw new Error('a publish begins with its call')
  const queued: Event = { type: 'published', at: at++, node: 'n0', op: 'm0', status: 'queued' }
  const settled = (status: 'acknowledged' | 'failed'): Event => ({
    type: 'settled',
    at: at++,
    node: 'n0',
    op: 'm0',
    status,
  })
  expect(after(called, queued).count()).toBe(1)
  expect(after(called, queued).isAcknowledged('m0')).toBe(false)
  expect(after(called, queued, settled('failed')).count()).toBe(0)
  expect(after(called, settled('acknowledged'), queued).count()).toBe(0)
  expect(after(join('c0'), called, queued, settled('acknowledged')).count()).toBe(1)
  expect(after(called, queued, settled('acknowledged')).settledEverywhere('m0')).toBe(true)
})

test('an unreadable record is outstanding until each group has dead-lettered it, whichever reports first', () => {
  const position = { topic: 't0', partition: 0, offset: 3 }
  const poison: Event = { type: 'poison', at: at++, position, value: '0x00' }
  const dead: Event = { type: 'dead-lettered', at: at++, ...on, consumer: 'c0', position }
  expect(after(join('c0'), poison).count()).toBe(1)
  expect(after(join('c0'), poison, dead).count()).toBe(0)
  expect(after(join('c0'), dead, poison).count()).toBe(0)
  const other = { ...dead, group: 'g1' }
  expect(after(join('c0'), poison, other).count()).toBe(1)
})

test('what was lost with the disk is waited for no more, what comes afterwards is', () => {
  const lost: Event = { type: 'fault', at: at++, fault: 0, kind: 'lose-disk', role: 'system', direction: 'up' }
  expect(after(join('c0'), publish('m0'), lost).count()).toBe(0)
  expect(after(join('c0'), publish('m0'), { ...lost, kind: 'restart' }).count()).toBe(1)
  expect(after(join('c0'), publish('m0'), lost, publish('m1')).count()).toBe(1)
})
