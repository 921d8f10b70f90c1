import { describe, expect, test } from 'vitest'
import type { Event } from '../events/kinds.ts'
import { isOrdered, rank } from './ranks.ts'

const content = { key: 'null', value: '"v"', headers: '' }
const at = (offset: number | string, topic = 't') => ({ topic, partition: 0, offset })
const stored = (op: string | null, offset: number | string): Event => ({
  type: 'stored',
  at: 9,
  op,
  position: at(offset),
  content,
})
const published = (op: string, offset: number | string): Event => ({
  type: 'published',
  at: 1,
  node: 'n0',
  op,
  status: 'acknowledged',
  position: at(offset),
})
const committed = (next: number | string): Event => ({
  type: 'committed',
  at: 5,
  node: 'n0',
  consumer: 'c0',
  group: 'g',
  topic: 't',
  partition: 0,
  next: typeof next === 'number' ? next : { after: next },
})
const letter = (fields: Readonly<Record<string, string>>): Event => ({
  type: 'dead-letter',
  at: 9,
  op: 'm1',
  position: at('z', 't.dlq'),
  content,
  fields,
})
const diskLoss: Event = { type: 'fault', at: 4, fault: 0, kind: 'lose-disk', role: 'system', direction: 'up' }

/** The comparable offsets of these events, in order. */
const offsetsIn = (events: readonly Event[]) =>
  rank(events).map((event) =>
    'next' in event ? event.next : 'position' in event ? (event.position?.offset ?? null) : null,
  )

describe('rank', () => {
  test('gives back the very events where offsets are numbers', () => {
    const events = [published('m1', 3), stored('m1', 3), committed(4)]
    expect(rank(events)).toBe(events)
  })

  test('counts ids in the order of the witness, not of those who name them', () => {
    const events = [published('m2', 'a'), published('m1', 'b'), stored('m1', 'b'), stored('m2', 'a')]
    expect(offsetsIn(events)).toEqual([1, 0, 0, 1])
    expect(rank(events)[0]).toMatchObject({ position: { offset: 1, id: 'a' } })
  })

  test('keeps topics apart', () => {
    expect(offsetsIn([stored('m1', 'a'), letter({})])).toEqual([0, 0])
  })

  test('commits what comes after an id, and a number as it is', () => {
    const events = [stored('m1', 'b'), stored('m2', 'a'), committed('b'), committed('a'), committed(0)]
    expect(offsetsIn(events)).toEqual([0, 1, 1, 2, 0])
    expect(rank(events)[2]).toMatchObject({ after: 'b' })
  })

  test('knows no order for what the witness did not find, and still tells it apart', () => {
    const [one, other, commit] = rank([published('m1', 'a'), published('m2', 'b'), committed('a')])
    for (const event of [one, other]) {
      expect(event?.type === 'published' && event.position !== undefined && isOrdered(event.position)).toBe(false)
    }
    expect([one, other]).toMatchObject([{ position: { id: 'a' } }, { position: { id: 'b' } }])
    expect(commit).toMatchObject({ next: Number.NaN })
  })

  test('places an unreadable record where the witness finds it, or else where it was stored if the witness reports at once', () => {
    const poison: Event = { type: 'poison', at: 2, position: at('p'), value: '"?"' }
    expect(offsetsIn([poison, stored('m1', 'a'), stored(null, 'p')])).toEqual([1, 0, 1])
    expect(offsetsIn([stored('m1', 'a'), poison, stored('m2', 'b')])).toEqual([0, 1, 2])
    const closing: Event = { type: 'phase', at: 3, phase: 'close' }
    expect(offsetsIn([poison, closing, stored('m1', 'a')])).toEqual([Number.NaN, null, 0])
  })

  test('counts anew when the disk is lost, for ids may come again', () => {
    const events = [stored('m1', 'a'), stored('m2', 'b'), diskLoss, stored('m3', 'b'), stored('m4', 'a')]
    expect(offsetsIn(events)).toEqual([0, 1, null, 0, 1])
  })

  test('finds the position that a dead letter names by an id', () => {
    const named = { original_topic: 't', original_partition: '0', original_position: 'b' }
    const [, , known, unnamed] = rank([stored('m0', 'a'), stored('m1', 'b'), letter(named), letter({})])
    expect(known).toMatchObject({ original: { topic: 't', partition: 0, offset: 1, id: 'b' } })
    expect(unnamed).not.toHaveProperty('original')
  })
})
