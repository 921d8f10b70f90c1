import { describe, expect, test } from 'vitest'
import type { Violation } from '../check/check.ts'
import type { Event } from '../events/kinds.ts'
import type { Content } from '../events/parts.ts'
import { HISTORY_FORMAT, type RunHeader } from '../history/header.ts'
import { tellStory } from './story.ts'

/** A story looks at the prefix only. */
const header = { type: 'run', format: HISTORY_FORMAT, run: 'r1', prefix: 'run1-' } as unknown as RunHeader
const content: Content = { key: '"k0"', value: '2000 bytes 00c0ffee00c0ffee', headers: 'none' }
const node = 'n0'

const publish = (op: string, at: number): Event => ({
  type: 'publish',
  node,
  op,
  producer: 'p0',
  topic: 'run1-t0',
  content,
  hasKey: true,
  at,
})
const began = (op: string, attempt: number, at: number): Event => ({ type: 'attempt-began', node, op, attempt, at })

const events: readonly Event[] = [
  { type: 'phase', phase: 'traffic', at: 0 },
  publish('m0', 5),
  began('m0', 1, 5),
  { type: 'fault', fault: 0, kind: 'black-hole', role: 'publish', direction: 'down', at: 8 },
  ...[2, 3, 4, 5, 6, 7, 8, 9, 10].flatMap((attempt) => [
    { type: 'attempt-ended', node, op: 'm0', attempt: attempt - 1, outcome: 'failed', at: attempt * 20 } as const,
    began('m0', attempt, attempt * 20 + 9),
  ]),
  { type: 'phase', phase: 'heal', at: 300 },
  { type: 'end', at: 400 },
]

const violation: Violation = {
  clause: 'retry/1',
  message: 'm0 was tried 5 times in topic run1-t0, though 3 retries are claimed',
  expected: 'at most 4 attempts',
  actual: 'attempt 5 began at 109 ms',
  op: 'm0',
  ops: ['m0'],
  node,
  at: 109,
}

const failure = {
  id: 'retry-1-ab12',
  folder: '.busproof/failures/retry-1-ab12',
  also: [],
  confirmed: { failed: 4, of: 5 },
  shrunk: {
    from: { messages: 24, faults: 3, consumers: 4 },
    to: { messages: 1, faults: 1, consumers: 0 },
    ended: 'minimal',
  },
} as const

describe('a story', () => {
  const lines = tellStory({ header, events, violation, failure })
  const text = lines.join('\n')

  test('begins with the clause and names the message', () => {
    expect(lines[0]).toMatch(/^retry\/1 MUST · \S/)
    expect(text).toContain('m0 was tried 5 times in topic t0, though 3 retries are claimed')
  })

  test('marks the step that broke it', () => {
    expect(lines.filter((line) => line.includes('▶'))).toEqual([expect.stringMatching(/▶ +109 .*m0 attempt 5 begins/)])
  })

  test('says what was expected, what came, how often, and how to see it again', () => {
    expect(text).toMatch(/^expected +at most 4 attempts$/m)
    expect(text).toMatch(/^actual +attempt 5 began at 109 ms$/m)
    expect(text).toMatch(/^reproduced +4 of 5$/m)
    expect(text).toMatch(/^shrunk +24 messages, 3 faults, 4 consumers → 1 message, 1 fault, 0 consumers$/m)
    expect(text).toMatch(/^replay +busproof replay retry-1-ab12$/m)
    expect(text).toMatch(/^files +\.busproof\/failures\/retry-1-ab12$/m)
  })

  test('has at most 25 lines of at most 100 columns, however long the run', () => {
    const long = [...events, ...Array.from({ length: 5_000 }, (_, index) => began('m0', index + 11, 310 + index / 100))]
    for (const told of [lines, tellStory({ header, events: long, violation, failure })]) {
      expect(told.length).toBeLessThanOrEqual(25)
      expect(Math.max(...told.map((line) => line.length))).toBeLessThanOrEqual(100)
      expect(told.filter((line) => line.includes('▶'))).toHaveLength(1)
    }
  })

  test('of a stored history has no commands', () => {
    const stored = tellStory({ header, events, violation }).join('\n')
    expect(stored).not.toContain('busproof replay')
    expect(stored).not.toContain('reproduced')
  })

  test('of a failure that there was no time to run again does not say how often it comes', () => {
    const { from } = failure.shrunk
    const hurried = {
      ...failure,
      confirmed: { failed: 0, of: 0 },
      shrunk: { from, to: from, ended: 'budget' },
    } as const
    const told = tellStory({ header, events, violation, failure: hurried }).join('\n')
    expect(told).toContain('not shrunk, the time was up: ')
    expect(told).not.toContain('reproduced')
  })

  test('of a failure that did not come again says so', () => {
    const { from } = failure.shrunk
    const shrunk = { from, to: from, ended: 'not reproduced' } as const
    const told = tellStory({ header, events, violation, failure: { ...failure, folder: null, shrunk } }).join('\n')
    expect(told).toContain('not shrunk, because it was not reproduced')
    expect(told).not.toContain('busproof replay')
  })

  test('of a clause that is not known tells what it can', () => {
    expect(tellStory({ header, events, violation: { ...violation, clause: 'other/9' } })[0]).toBe('other/9')
  })

  test('of what could not be read shows where it lies and its dead letters, which carry no id', () => {
    const position = { topic: 'run1-t0', partition: 0, offset: 3 }
    const laid: Event = { type: 'poison', at: 20, position, value: '0x00' }
    const found = { ...position, topic: 'run1-t0.dlq' }
    const letter: Event = { type: 'dead-letter', at: 30, op: null, position: found, content, fields: {} }
    const { op: _op, node: _node, ...rest } = violation
    const unread = { ...rest, ops: [], clause: 'dead-letter/5', message: 'another value', at: 30 }
    const told = tellStory({ header, events: [...events, laid, letter], violation: unread }).join('\n')
    expect(told).toContain('an unreadable record is stored at t0/0@3')
    expect(told).toContain('no id stored at t0.dlq/0@3')
    const short = [publish('m0', 5), laid, letter, began('m0', 5, 109)]
    expect(tellStory({ header, events: short, violation }).join('\n')).not.toContain('t0.dlq')
  })
})
