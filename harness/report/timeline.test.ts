import { describe, expect, test } from 'vitest'
import type { Violation } from '../check/check.ts'
import type { Content, Event } from '../history/event.ts'
import { drawTimeline } from './timeline.ts'

const content: Content = { key: '"k0"', value: '"v"', headers: 'none' }
const position = { topic: 'r-t0', partition: 1, offset: 4 }

const publish = (op: string, at: number): Event => ({
  type: 'publish',
  node: 'n0',
  producer: 'p0',
  topic: 'r-t0',
  content,
  hasKey: true,
  op,
  at,
})
const acknowledged = (op: string, at: number, offset: number): Event => ({
  type: 'published',
  node: 'n0',
  status: 'acknowledged',
  position: { ...position, offset },
  op,
  at,
})
const deliver = (op: string, at: number, group = 'g0', attempt = 1): Event => ({
  type: 'deliver',
  node: 'n1',
  consumer: 'c0',
  delivery: `${op}-${at}`,
  topic: 'r-t0',
  content,
  op,
  at,
  group,
  attempt,
})
const committed = (next: number, at: number): Event => ({
  type: 'committed',
  node: 'n1',
  consumer: 'c0',
  group: 'g0',
  topic: 'r-t0',
  partition: 1,
  next,
  at,
})
const early: Violation = {
  clause: 'delivery/6',
  message: 'm3 was committed in g0 before its handler had finished',
  expected: 'no commit past m3',
  actual: 'position 5 committed at 31 ms',
  op: 'm3',
  group: 'g0',
  at: 31,
}

const story: readonly Event[] = [
  { type: 'phase', phase: 'traffic', at: 0 },
  { type: 'fault', fault: 0, kind: 'cut', role: 'publish', direction: 'down', at: 1 },
  { type: 'healed', fault: 0, kind: 'cut', role: 'publish', landed: { connections: 0, bytes: 9 }, at: 2 },
  { type: 'fault', fault: 1, kind: 'reset', role: 'consume', direction: 'up', at: 15 },
  publish('m2', 18),
  publish('m3', 20),
  acknowledged('m3', 22, 4),
  acknowledged('m2', 24, 5),
  deliver('m3', 30),
  deliver('m3', 30, 'g1'),
  committed(4, 30.5),
  committed(5, 31),
  committed(6, 33),
  { type: 'end', at: 90 },
]

describe('a timeline', () => {
  const lines = drawTimeline(story, early, 'r-', 30)

  test('marks the step that broke the clause, and only that', () => {
    const marked = lines.filter((line) => line.includes('▶'))
    expect(marked).toHaveLength(1)
    expect(marked[0]).toMatch(/^▶ +31 .*c0 commits t0\/1@5/)
  })

  test('shows the message, its group and the faults that touched them, without the prefix', () => {
    const text = lines.join('\n')
    expect(text).toContain('publish m3 to t0')
    expect(text).toContain('m3 acknowledged at t0/1@4')
    expect(text).toContain('c0 (g0) gets m3')
    expect(text).toContain('✖ reset on consume')
    for (const other of ['g1', 'm2', 'cut on publish', 't0/1@6', 'r-']) expect(text).not.toContain(other)
  })

  test('sets each event in its lane', () => {
    const head = lines[0] ?? ''
    const consumer = lines.find((line) => line.includes('gets m3')) ?? ''
    expect(consumer.indexOf('│ c0')).toBe(head.indexOf('consumer') - 1)
    const producer = lines.find((line) => line.includes('publish m3')) ?? ''
    expect(producer.indexOf('│ publish')).toBe(head.indexOf('producer') - 1)
  })

  test('adds a row where something is missing', () => {
    const lost: Violation = { ...early, clause: 'delivery/1', at: 80 }
    const marked = drawTimeline(story, lost, 'r-', 30).filter((line) => line.includes('▶'))
    expect(marked).toEqual([expect.stringMatching(/^▶ +80 .*here it was due/)])
  })

  test('names other messages that the violation speaks of', () => {
    const overtaken: Violation = { ...early, message: 'm2 overtook m3', at: 24 }
    expect(drawTimeline(story, overtaken, 'r-', 30).join('\n')).toContain('m2 acknowledged at t0/1@5')
  })

  test('is elided where it is long, around the marked step', () => {
    const busy = [...Array(40).keys()].flatMap((index) => [
      deliver('m3', 40 + index, 'g0', index + 2),
      {
        type: 'handled',
        node: 'n1',
        consumer: 'c0',
        delivery: 'd',
        group: 'g0',
        op: 'm3',
        outcome: 'retryable',
        at: 40.5 + index,
      } as const,
    ])
    const violation: Violation = { ...early, at: 60 }
    const long = drawTimeline([...story.slice(0, -1), ...busy], violation, 'r-', 14)
    expect(long.length).toBeLessThanOrEqual(14)
    expect(long.filter((line) => line.includes('▶'))).toEqual([expect.stringContaining('gets m3, attempt 22')])
    expect(long.filter((line) => line.includes('⋮'))).toHaveLength(1)
    expect(long.join('\n')).toContain('publish m3')
  })

  test('stays within 100 columns', () => {
    const error = { code: null, effect: null, retryable: null, message: 'x'.repeat(300), causes: [] }
    const events: Event[] = [...story, { type: 'published', node: 'n0', op: 'm3', status: 'failed', error, at: 31 }]
    for (const line of drawTimeline(events, early, 'r-', 30)) expect(line.length).toBeLessThanOrEqual(100)
  })
})
