import { expect, test } from 'vitest'
import type { Event } from '../events/kinds.ts'
import type { Lacks } from '../lacks.ts'
import { createDeclared } from './declared.ts'

const place = { topic: 't0', partition: 0, offset: 4 }
const committed: Event = { type: 'committed', at: 1, node: 'n0', consumer: 'c0', group: 'g0', ...place, next: 5 }
const position: Event = { type: 'position', at: 1, group: 'g0', topic: 't0', partition: 0, next: 5 }
const stored: Event = { type: 'stored', at: 1, op: 'm0', position: place, content: { key: '', value: '', headers: '' } }
const counted = (when: 'baseline' | 'calm', count: number, kind = 'sockets'): Event => ({
  type: 'resources',
  at: 1,
  owner: 'n0',
  when,
  counts: { sockets: 0, timers: 3, [kind]: count },
})

function said(lacks: Lacks, ...events: readonly Event[]): string | null {
  const declared = createDeclared({ system: 'queue', prefix: 'run-', lacks })
  for (const event of events) declared.step(event)
  return declared.contradiction()
}

test.each([
  [{ committedOffsets: 'none' }, committed, 'g0 has committed t0/0@5'],
  [{ committedOffsets: 'none' }, position, 'g0 has committed t0/0@5'],
  [{ committedOffsets: 'none' }, { ...position, next: { after: 'a' } }, 'g0 has committed t0/0 after a'],
  [{ partitions: 'none' }, { ...stored, position: { ...place, partition: 1 } }, 'there is a partition 1 of t0'],
  [{ network: 'none' }, counted('calm', 2), 'n0 holds 2 sockets'],
  [{ network: 'none' }, counted('calm', 1, 'datagram sockets'), 'n0 holds 1 datagram socket'],
  [{ network: 'none' }, counted('calm', 1, 'servers'), 'n0 holds 1 server'],
  [{ network: 'none' }, counted('calm', 1, 'socket descriptors'), 'n0 holds 1 socket descriptor'],
] as const)('%o is contradicted by what happened', (lacks, event, seen) => {
  expect(said(lacks, stored, event, committed)).toContain(`; but ${seen}: correct its \`lacks\``)
  expect(said({}, stored, event, committed)).toBeNull()
})

test('offsets that are numbers here and text there are a contradiction', () => {
  const textual: Event = { ...stored, position: { ...place, offset: '4' } }
  expect(said({}, stored, committed, textual)).toBe(
    'an offset is a number or an id as text, but there are both, 4 in `stored` and "4" in `stored`: the adapter and the system must report offsets in one form',
  )
  expect(said({}, textual, { ...textual, position: { ...place, offset: 'a' } }, committed)).toBeNull()
})

test('a message of a topic that is to be refused must not be stored', () => {
  const taken: Event = { ...stored, position: { ...place, topic: 'run-refused' } }
  expect(said({}, stored, taken)).toMatch(/^queue stored a message of run-refused, which it was asked to refuse: /)
})

test('and by nothing else', () => {
  expect(said({ partitions: 'none', storedLog: 'none' }, committed, position, stored, counted('calm', 1))).toBeNull()
  expect(said({ network: 'none' }, counted('baseline', 1), counted('calm', 0), committed)).toBeNull()
})
