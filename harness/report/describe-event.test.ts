import { expect, test } from 'vitest'
import type { Event } from '../events/kinds.ts'
import { describeEvent } from './describe-event.ts'

const began = (kind: Extract<Event, { type: 'fault' }>['kind'], role: 'publish' | 'system'): Event => ({
  type: 'fault',
  at: 1,
  fault: 0,
  kind,
  role,
  direction: 'up',
})
const ended = (kind: Extract<Event, { type: 'fault' }>['kind'], role: 'publish' | 'system'): Event => ({
  type: 'healed',
  at: 2,
  fault: 0,
  kind,
  role,
  landed: { connections: 2, bytes: 0 },
})

test.each([
  ['refuse', 'publish', '✖ refuse on publish', '✓ refuse on publish healed, hit 2 connections'],
  ['cut', 'publish', '✖ cut on publish up', '✓ cut on publish healed, hit 2 connections'],
  ['pause', 'system', '✖ pause of a server', '✓ pause of a server healed, hit 2 connections'],
  ['restart', 'system', '✖ restart of a server', '✓ restart of a server healed, hit 2 connections'],
  ['isolate', 'system', '✖ isolation of a server', '✓ isolation of a server healed, hit 2 connections'],
  ['move-leader', 'system', '✖ move of leaders', '✓ move of leaders healed, hit 2 connections'],
] as const)('a fault is told by its name: %s', (kind, role, begin, end) => {
  expect(describeEvent(began(kind, role), '')).toEqual({ column: 'network', text: begin })
  expect(describeEvent(ended(kind, role), '')).toEqual({ column: 'network', text: end })
})

test('what cannot be read is told with its place', () => {
  const position = { topic: 'run1-t0', partition: 0, offset: 3 }
  expect(describeEvent({ type: 'poison', at: 1, position, value: '0x00' }, 'run1-')).toEqual({
    column: 'network',
    text: '✖ an unreadable record is stored at t0/0@3',
  })
})
