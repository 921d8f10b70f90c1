import { expect, test } from 'vitest'
import type { BusStats } from '../../adapter.ts'
import { ALL_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import {
  acknowledges,
  error,
  fails,
  type Happening,
  PERMANENT,
  publishes,
  tells,
  tried,
} from '../testing/story.case.ts'

const CLAUSE = 'resources/6'
const MIXED: Happening = [
  ...tried(1, 'empty-topic', PERMANENT),
  ...publishes(10, 'm1', { bytes: 5 }),
  ...acknowledges(11, 'm1'),
  ...publishes(12, 'm2', { bytes: 7 }),
  ...fails(20, 'm2'),
  ...publishes(21, 'm3', { bytes: 9 }),
  ...acknowledges(22, 'm3'),
]
const TRUE = { sent: 2, failed: 2, bytes: 14 }
const judged = (...happened: readonly Happening[]) => examine(CLAUSE, happened, { claims: ALL_CLAIMS })
const pool = (total: number, active: number, idle: number, waiting = 0): Partial<BusStats> => ({
  connections: { total, active, idle, waiting },
})

test('what is counted is what the callers saw', () => {
  expect(judged(MIXED, tells(50, 'calm', TRUE))).toMatchObject(fine(1))
})

test.each([
  ['a failure counted as sent', { sent: 3, failed: 1 }, 'sent 3, failed 1; its callers saw 2 succeed, 2 fail'],
  ['a refusal not counted', { failed: 1 }, 'failed 1; its callers saw 2 fail'],
  ['bytes of what failed counted too', { bytes: 21 }, 'bytes 21; its callers saw 14 bytes succeed'],
])('%s', (_, wrong, told) => {
  const { messages, violations } = judged(MIXED, tells(50, 'calm', { ...TRUE, ...wrong }))
  expect(messages).toEqual([`n1 reports ${told}`])
  expect(violations[0]).toMatchObject({ node: 'n1', expected: "sent 2, failed 2, bytes 14, by the callers' own count" })
})

test('another node counts for itself', () => {
  expect(judged(MIXED, tells(50, 'calm', {}, 'n2'))).toMatchObject(fine(1))
})

test('counts are not judged in traffic, with a publish under way, or with one that was queued', () => {
  expect(judged(MIXED, tells(50, 'traffic', { sent: 99 }))).toMatchObject(fine(0))
  expect(judged(MIXED, publishes(30, 'm4'), tells(50, 'calm', { sent: 99 }))).toMatchObject(fine(0))
  const queued: Happening = [{ type: 'published', at: 31, node: 'n1', op: 'm4', status: 'queued' }]
  expect(judged(MIXED, publishes(30, 'm4'), queued, tells(50, 'calm', { sent: 99 }))).toMatchObject(fine(0))
})

test('a pool that is full, and one that has grown past its bound', () => {
  expect(judged(tells(5, 'traffic', pool(2, 2, 0, 3)))).toMatchObject(fine(1))
  const { messages, violations } = judged(tells(5, 'traffic', pool(3, 3, 0)))
  expect(messages).toEqual(['the pool of n1 has grown to 3'])
  expect(violations[0]).toMatchObject({ expected: 'at most 2', at: 5 })
})

test('a pool that does not add up', () => {
  expect(judged(tells(5, 'traffic', pool(2, 2, 1))).messages).toEqual(['the pool of n1 does not add up'])
})

test('one producer for each topic, and two for one', () => {
  const makes = (total: number) =>
    tells(5, 'calm', {
      producers: [
        { topic: 't', total: 1 },
        { topic: 'u', total },
      ],
    })
  expect(judged(makes(1))).toMatchObject(fine(1))
  expect(judged(makes(2)).messages).toEqual(['n1 has 2 producers for u'])
})

test('statistics that are not told', () => {
  const failed: Happening = [{ type: 'stats', at: 5, node: 'n1', when: 'calm', stats: null, error: error('CLOSED') }]
  expect(judged(failed).messages).toEqual(['n1 did not report its statistics'])
})

test('a bus that is never asked has no occasion', () => {
  expect(judged(MIXED)).toMatchObject(fine(0))
})
