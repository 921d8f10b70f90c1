import { expect, test } from 'vitest'
import type { Event } from '../event.ts'
import { STORY_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import { closed, closes, end } from '../testing/story.case.ts'

const CLAUSE = 'resources/9'
const MIB = 1_048_576
const holds = (mebibytes: number, node = 'n1'): Event[] => [{ type: 'memory', at: 10, node, bytes: mebibytes * MIB }]

test('a bus that holds what it may', () => {
  expect(examine(CLAUSE, [holds(1), holds(512, 'n2'), end(99)])).toMatchObject(fine(2))
})

test('a bus that holds more is told once, also in a history that was cut', () => {
  const { messages, violations } = examine(CLAUSE, [holds(1_024), holds(1_025)], { complete: false })
  expect(messages).toEqual(['the bus of n1 holds 1024 MiB of memory'])
  expect(violations[0]).toMatchObject({
    expected: 'at most 512 MiB, the default without claims.memory',
    actual: '1073741824 bytes of heap and buffers more than before it was opened, after garbage collection',
    node: 'n1',
  })
})

test('a claim is what counts where there is one', () => {
  const claimed = { claims: { ...STORY_CLAIMS, memory: 64 * MIB } }
  expect(examine(CLAUSE, [holds(64)], claimed)).toMatchObject(fine(1))
  expect(examine(CLAUSE, [holds(65)], claimed).violations[0]?.expected).toBe(
    'at most 64 MiB, as claimed by claims.memory',
  )
})

test('a bus that was not measured is no occasion', () => {
  expect(examine(CLAUSE, [closes(10), closed(11), end(99)])).toMatchObject(fine(0))
})
