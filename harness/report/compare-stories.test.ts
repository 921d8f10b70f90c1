import { describe, expect, test } from 'vitest'
import { compareStories } from './compare-stories.ts'

const before = [
  'ordering/1 MUST · order per key',
  '       ms  producer',
  '     1.75 │ publish m0 to t0  │',
  '         ⋮ 3 more events',
  '▶   67.40 │                   │ c0 (g0) gets m0',
  'actual      m1 at 65.652 ms, m0 at 67.402 ms',
]
const put = (index: number, line: string): string[] => before.toSpliced(index, 1, line)
const slower = before.map((line) => line.replace('67.40 ', '70 ').replace('67.402', '70').replace('3 more', '1 more'))

describe('a story beside the stored one', () => {
  test('is the same, byte for byte', () => {
    expect(compareStories(before, before, { exact: true })).toEqual({
      lines: before,
      sentence: 'The story is the same as the stored one.',
    })
  })

  test('is the same at other times, where clocks are real', () => {
    expect(compareStories(before, slower, { exact: false })).toEqual({
      lines: slower,
      sentence: 'The story is the same as the stored one, except for times.',
    })
    expect(compareStories(before, before, { exact: false }).sentence).toBe('The story is the same as the stored one.')
  })

  test('is another where virtual time is another, and marks which lines', () => {
    const { lines, sentence } = compareStories(before, put(4, '▶      70 │                   │ c0 (g0) gets m0'), {
      exact: true,
    })
    expect(lines.filter((line) => !line.startsWith('  '))).toEqual([
      '- ▶   67.40 │                   │ c0 (g0) gets m0',
      '+ ▶      70 │                   │ c0 (g0) gets m0',
    ])
    expect(lines).toHaveLength(7)
    expect(sentence).toBe('This story differs from the stored one from line 5 on: + marks new lines, - removed ones.')
  })

  test('marks what else happened, whatever its times', () => {
    const now = [...slower.slice(0, 3), '     2.00 │ m0 attempt 2 begins', ...slower.slice(3, 5)]
    const { lines, sentence } = compareStories(before, now, { exact: false })
    expect(lines.filter((line) => !line.startsWith('  '))).toEqual([
      '+      2.00 │ m0 attempt 2 begins',
      '- actual      m1 at 65.652 ms, m0 at 67.402 ms',
    ])
    expect(sentence).toMatch(/from line 4 on: .*; times are not compared\.$/)
  })

  test('without a common line is all new', () => {
    expect(compareStories(['a', 'b'], ['c'], { exact: true }).lines).toEqual(['- a', '- b', '+ c'])
    expect(compareStories([], ['c'], { exact: true }).lines).toEqual(['+ c'])
  })
})
