import { expect, test } from 'vitest'
import type { Bus, BusStats } from '../adapter.ts'
import { UsageError } from '../errors.ts'
import type { Event } from '../events/kinds.ts'
import { checksFor } from './given.ts'
import { createStatistics } from './statistics.ts'

const STATS: BusStats = { connections: { total: 1, active: 0, idle: 1, waiting: 0 }, sent: 2, failed: 0, bytes: 9 }

function asking(stats: () => Promise<BusStats>) {
  const events: Event[] = []
  const unused = (): Promise<never> => Promise.reject(new Error('no test calls it'))
  const bus: Bus = { publish: unused, subscribe: unused, close: unused, stats }
  const statistics = createStatistics({
    bus,
    node: 'n1',
    at: () => 5,
    emit: (event) => events.push(event as Event),
    redact: (text) => text.replaceAll('hush', '***'),
    check: (given) => given as BusStats,
  })
  return { statistics, events }
}

test('what the bus answers is told, without secrets', async () => {
  const { statistics, events } = asking(async () => ({ ...STATS, producers: [{ topic: 'hush', total: 1 }] }))
  await statistics.tell('calm')
  expect(events).toEqual([
    { type: 'stats', at: 5, node: 'n1', when: 'calm', stats: { ...STATS, producers: [{ topic: '***', total: 1 }] } },
  ])
})

test('that it failed to answer is told too', async () => {
  const { statistics, events } = asking(() => Promise.reject(new Error('no hush for you')))
  await statistics.tell('traffic')
  expect(events).toMatchObject([{ when: 'traffic', stats: null, error: { message: 'no *** for you' } }])
})

test('once it is to close, nothing is asked, and no late answer told', async () => {
  let asked = 0
  let answer = (_: BusStats): void => undefined
  const { statistics, events } = asking(() => {
    asked += 1
    return new Promise((resolve) => {
      answer = resolve
    })
  })
  const told = statistics.tell('traffic')
  statistics.stop()
  answer(STATS)
  await told
  await statistics.tell('traffic')
  expect(events).toEqual([])
  expect(asked).toBe(1)
})

test('a bus that claims a pool, or statistics, must be able to tell them', () => {
  const bus = { publish() {}, subscribe() {}, close() {} }
  expect(() => checksFor('a bus').bus(bus, { stats: true })).toThrow(UsageError)
  expect(() => checksFor('a bus').bus(bus, { stats: true })).toThrow('stats: must be a function')
  expect(() => checksFor('a bus').bus(bus, { pool: { most: 2 } })).toThrow('stats: must be a function')
  expect(checksFor('a bus').bus(bus, {})).toBe(bus)
})
