import { describe, expect, test } from 'vitest'
import type { Violation } from '../check/check.ts'
import type { Event } from '../events/kinds.ts'
import type { Content } from '../events/parts.ts'
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
  ops: ['m3'],
  group: 'g0',
  at: 31,
}

const story: readonly Event[] = [
  { type: 'phase', phase: 'traffic', at: 0 },
  { type: 'fault', fault: 0, kind: 'cut', role: 'publish', direction: 'down', at: 1 },
  { type: 'healed', fault: 0, kind: 'cut', role: 'publish', landed: { connections: 0, bytes: 0 }, at: 2 },
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

  test('sets each event in its column', () => {
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

  describe('of several things in one moment', () => {
    const marked = (events: readonly Event[], violation: Violation): string | undefined =>
      drawTimeline(events, violation, 'r-', 30).find((line) => line.includes('▶'))
    const { op: _, ...ofNode } = { ...early, ops: [], node: 'n0', at: 40 }

    test('marks the change of the breaker where the clause is about it, and not what came of it', () => {
      const events: Event[] = [
        { type: 'breaker-changed', node: 'n0', from: 'closed', to: 'open', at: 40 },
        acknowledged('m3', 40, 4),
        { type: 'breaker-changed', node: 'n1', from: 'closed', to: 'open', at: 40 },
      ]
      expect(marked(events, { ...ofNode, clause: 'breaker/8', message: 'n0 told m3 twice' })).toContain('breaker of n0')
    })

    test('marks the failed close, and the count of the owner that still holds something', () => {
      const events: Event[] = [
        { type: 'closed', node: 'n0', call: 0, at: 40 },
        { type: 'breaker-changed', node: 'n0', from: 'closed', to: 'shut-down', at: 40 },
        { type: 'resources', owner: 'n0', when: 'after', counts: { timers: 1 }, at: 41 },
        { type: 'resources', owner: 'server', when: 'after', counts: {}, at: 41 },
      ]
      const closing: Violation = { ...ofNode, clause: 'resources/2', message: 'close of n0 failed' }
      expect(marked(events, closing)).toContain('n0 closed')
      expect(marked(events, { ...closing, clause: 'resources/1', at: 41 })).toContain('n0, after: timers 1')
    })

    test('marks the receipt of a message, and its attempt only where the clause is about attempts', () => {
      const events: Event[] = [
        acknowledged('m3', 40, 4),
        { type: 'attempt-ended', node: 'n0', op: 'm3', attempt: 1, outcome: 'ok', at: 40 },
      ]
      const about: Violation = { ...early, at: 40, clause: 'ordering/6' }
      expect(marked(events, about)).toContain('m3 acknowledged')
      expect(marked(events, { ...about, clause: 'fail-fast/1' })).toContain('m3 acknowledged')
      expect(marked(events, { ...about, clause: 'retry/1' })).toContain('m3 attempt 1 ok')
    })

    test('shows the consumer that the violation names', () => {
      const events: Event[] = [
        { type: 'subscribe', node: 'n0', consumer: 'c7', group: 'g1', topics: ['r-t0'], from: 'earliest', at: 1 },
        { type: 'unsubscribed', node: 'n0', consumer: 'c7', at: 40 },
      ]
      expect(marked(events, { ...early, clause: 'resources/2', consumer: 'c7', at: 40 })).toContain('c7 has left')
    })
  })

  test('shows the other messages that the violation is about', () => {
    const overtaken: Violation = { ...early, ops: ['m3', 'm2'], at: 24 }
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
    const gaps = long.filter((line) => line.includes('⋮'))
    expect(gaps.map((line) => line.includes('around these'))).toEqual([false, true])
    expect(long.join('\n')).toContain('publish m3')
  })

  test('leaves no row out without a count', () => {
    const busy = [...Array(40).keys()].map((index) => deliver('m3', 40 + index, 'g0', index + 2))
    const violation: Violation = { ...early, at: 60 }
    const events = [...story.slice(0, -1), ...busy]
    const all = drawTimeline(events, violation, 'r-', Number.POSITIVE_INFINITY).length
    const told = drawTimeline(events, violation, 'r-', 14)
    const hidden = told.flatMap((line) => Number(/⋮ (\d+) more/.exec(line)?.[1] ?? 0)).reduce((sum, one) => sum + one)
    expect(told.filter((line) => !line.includes('⋮')).length + hidden).toBe(all)
  })

  test('keeps the own message and what its breaker did before other messages', () => {
    const closed = { type: 'breaker-changed', node: 'n0', from: 'closed', to: 'open', at: 12 } as const
    const tries = [...Array(30).keys()].map(
      (index): Event => ({ type: 'attempt-began', node: 'n0', op: `m${10 + index}`, attempt: 1, at: 20 + index }),
    )
    const queued: Event = { type: 'published', node: 'n0', op: 'm3', status: 'queued', at: 11 }
    const drained: Event = { type: 'drained', node: 'n0', recovered: 1, failed: 0, at: 60 }
    const changed: Event = { ...closed, from: 'open', to: 'shut-down', at: 60 }
    const events = [publish('m3', 10), queued, closed, ...tries, drained, changed]
    const { group: _, ...about } = early
    const text = drawTimeline(events, { ...about, clause: 'breaker/11', node: 'n0', at: 60 }, 'r-', 10).join('\n')
    for (const row of ['publish m3', 'm3 queued', 'closed → open']) expect(text).toContain(row)
    expect(text).toMatch(/▶ +60 .*n0 reports its queue empty/)
  })

  test('shows the commit that went past the unreadable record that the violation is about', () => {
    const unread: Event = { type: 'poison', position, value: '0x00', at: 20 }
    const { op: _, ...about } = early
    const violation: Violation = { ...about, clause: 'dead-letter/5', ops: [], positions: [position], at: 31 }
    const text = drawTimeline([unread, committed(4, 30), committed(5, 31)], violation, 'r-', 10).join('\n')
    expect(text).toMatch(/▶ +31 .*c0 commits t0\/1@5/)
    expect(text).not.toContain('t0/1@4 │')
  })

  test('marks the statistics that are wrong, and shows what was refused', () => {
    const trial = { node: 'n0', trial: 'trial-1', what: 'empty-topic' } as const
    const stats = { connections: { total: 1, active: 0, idle: 1, waiting: 0 }, sent: 4, failed: 1, bytes: 0 }
    const events: Event[] = [
      { type: 'trial', ...trial, at: 30 },
      { type: 'trial-ended', ...trial, outcome: 'refused', at: 30 },
      { type: 'stats', node: 'n0', when: 'calm', stats, at: 40 },
      { type: 'resources', owner: 'n0', when: 'calm', counts: { timers: 1 }, at: 40 },
    ]
    const { op: _, group: __, ...about } = { ...early, ops: [] }
    const text = drawTimeline(events, { ...about, clause: 'resources/6', node: 'n0', at: 40 }, 'r-', 10).join('\n')
    expect(text).toContain('an empty topic refused')
    expect(text).toMatch(/▶ +40 .*statistics of n0/)
  })

  describe('keeps what the story turns on', () => {
    const pause = { fault: 7, kind: 'pause', role: 'system' } as const
    const acts: readonly Event[] = [
      { type: 'fault', ...pause, direction: 'up', at: 2 },
      { type: 'healed', ...pause, landed: { connections: 1, bytes: 0 }, at: 4 },
      { type: 'close', node: 'n7', call: 0, at: 6 },
      { type: 'abort', node: 'n7', op: 'm9', at: 7 },
      { type: 'unsubscribe', node: 'n7', consumer: 'c9', at: 8 },
      { type: 'force', node: 'n7', to: 'isolate', at: 9 },
      { type: 'killed', node: 'n8', at: 70 },
    ]
    const tries = [...Array(40).keys()].map((index) => deliver('m3', 40 + index / 10, 'g0', index + 2))
    const middle = [...story.slice(4, -1), ...tries]
    const violation: Violation = { ...early, at: 42 }

    test('however long it is, and wherever in the run that lies', () => {
      const [pausing, healed, ...rest] = acts as [Event, Event, ...Event[]]
      const before = [...story.slice(0, 1), pausing, healed, ...rest.slice(0, -1)]
      const long = drawTimeline([...before, ...middle, ...rest.slice(-1)], violation, 'r-', 14)
      const text = long.join('\n')
      const names = [
        '✖ pause of a server',
        'n7 close()',
        'aborts m9',
        'c9 leaves',
        'n7 forces open',
        '✖ the process of n8',
      ]
      for (const name of names) expect(text).toContain(name)
      expect(long.filter((line) => line.startsWith('▶'))).toHaveLength(1)
      expect(long.length).toBeLessThanOrEqual(14)
    })

    test('of a large plan what lies in the span of the story, and the rest counted by kind', () => {
      const away = (at: number, fault: number): Event[] => [
        { type: 'fault', fault, kind: 'reset', role: 'consume', direction: 'up', at },
        { type: 'healed', fault, kind: 'reset', role: 'consume', landed: { connections: 1, bytes: 0 }, at: at + 1 },
      ]
      const large = [
        ...acts.slice(0, -1),
        ...[1, 3, 5].flatMap((at) => away(at, 20 + at)),
        ...middle,
        ...acts.slice(-1),
      ]
      const text = drawTimeline(large, violation, 'r-', 20).join('\n')
      for (const name of ['✖ pause', 'aborts m9', '✖ reset on consume']) expect(text).not.toContain(name)
      expect(text).toContain('n7 close()')
      const elsewhere = /⋮ elsewhere: (.*)/.exec(text)?.[1]
      expect(elsewhere).toBe('pause of a server 1, abort 1, leave 1, forced open by hand 1, reset 3, kill 1')
    })

    test('but not what touched nothing, nor what the harness does at the end of every run', () => {
      const text = drawTimeline(
        [
          ...story.slice(0, -1),
          { type: 'phase', phase: 'heal', at: 50 },
          { type: 'close', node: 'n7', call: 0, at: 60 },
        ],
        early,
        'r-',
        30,
      ).join('\n')
      expect(text).not.toContain('n7 close()')
      expect(text).not.toContain('cut on publish')
    })

    test('and the last error that the bus of its consumer kept to itself', () => {
      const error = { code: 'TIMEOUT', effect: null, retryable: null, message: 'no answer', causes: [] }
      const kept = (at: number, during: string, consumer = 'c0'): Event => {
        return { type: 'suppressed', node: 'n1', consumer, during, times: 4, error, at }
      }
      const joined = { type: 'subscribe', node: 'n1', group: 'g0', topics: ['r-t0'], from: 'earliest' } as const
      const events: Event[] = [
        { ...joined, consumer: 'c0', at: 1 },
        { ...joined, consumer: 'c5', group: 'g5', at: 1 },
        kept(5, 'fetch'),
        kept(19, 'commit'),
        kept(25, 'sync', 'c5'),
        ...middle,
      ]
      const text = drawTimeline(events, violation, 'r-', 14).join('\n')
      expect(text).toContain('c0: commit failed 4 times, TIMEOUT: no answer')
      for (const other of ['fetch failed', 'sync failed']) expect(text).not.toContain(other)
    })
  })

  test('stays within 100 columns', () => {
    const error = { code: null, effect: null, retryable: null, message: 'x'.repeat(300), causes: [] }
    const events: Event[] = [...story, { type: 'published', node: 'n0', op: 'm3', status: 'failed', error, at: 31 }]
    for (const line of drawTimeline(events, early, 'r-', 30)) expect(line.length).toBeLessThanOrEqual(100)
  })
})
