import { describe, expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import { fault, gets, holds, joins, publishes, stores, takes } from '../testing/story.case.ts'

const CLAUSE = 'retry/6'

describe("the number of a handler's call", () => {
  const again = (at: number, attempt: number) => gets(at, 'c1', 'm1', { attempt, outcome: 'retryable' })
  const CALM = [joins(0, 'c1'), takes(1_000, 'm1'), again(1_010, 1), again(1_020, 2)]
  test('grows with each call', () => {
    expect(examine(CLAUSE, CALM)).toMatchObject(fine(1))
  })
  test('says nothing where there is but one call', () => {
    expect(examine(CLAUSE, CALM.slice(0, 3))).toMatchObject(fine(0))
  })
  test.each([
    ['stays the same', 1],
    ['jumps', 3],
    ['begins at 0', 0],
  ])('is called under a number that %s', (_name, attempt) => {
    const { messages, violations } = examine(CLAUSE, [...CALM.slice(0, 3), again(1_020, attempt)])
    expect(messages).toEqual([`c1 received m1 with the wrong attempt number ${attempt}`])
    expect(violations[0]).toMatchObject({ op: 'm1', group: 'g', node: 'n1', at: 1_020 })
    expect(violations[0]?.expected).toContain('attempt 2: ')
  })
  test('is first called as another attempt than the first', () => {
    expect(examine(CLAUSE, [...CALM.slice(0, 2), again(1_020, 2)]).messages).toEqual([
      'c1 received m1 with the wrong attempt number 2',
    ])
  })
  test('that handled it well and has it again may begin anew, or count on', () => {
    const twice = (attempt: number) => [
      ...CALM.slice(0, 2),
      gets(1_010, 'c1', 'm1'),
      gets(1_020, 'c1', 'm1', { attempt }),
    ]
    for (const attempt of [1, 2]) expect(examine(CLAUSE, twice(attempt)).messages).toEqual([])
    expect(examine(CLAUSE, twice(3)).messages).toHaveLength(1)
  })
  test.each([
    ['its partition was lost and came back', [holds(1_013, 'revoked', 'c1'), holds(1_014, 'assigned', 'c1')]],
    ['the network failed', [fault(1_013, 1_015, 'consume')]],
  ])('may begin anew when %s', (_name, happened) => {
    expect(examine(CLAUSE, [...CALM.slice(0, 3), ...happened, again(1_020, 1)]).messages).toEqual([])
  })
  test('does not begin anew where its member kept the partition, although the network failed', () => {
    const cut = [holds(5, 'assigned', 'c1'), fault(1_013, 1_015, 'consume')]
    expect(examine(CLAUSE, [...CALM.slice(0, 3), ...cut, again(1_020, 1)]).messages).toEqual([
      'c1 received m1 with the wrong attempt number 1',
    ])
    expect(examine(CLAUSE, [...CALM.slice(0, 3), ...cut, again(1_020, 2)]).messages).toEqual([])
  })
  test('in a cut history may lack its cause', () => {
    expect(examine(CLAUSE, [...CALM, again(1_050, 1)], { complete: false, witness: 'after' }).messages).toEqual([])
  })
})

describe('the bytes of a resend', () => {
  const once = [publishes(10, 'm1'), stores(12, 'm1')]
  test('are the same', () => {
    expect(examine(CLAUSE, [...once, stores(30, 'm1', { offset: 9 })])).toMatchObject(fine(1))
  })
  test('are others', () => {
    expect(examine(CLAUSE, [...once, stores(30, 'm1', { offset: 9, key: 'k' })]).messages).toEqual([
      'm1 was stored again with another key',
    ])
  })
})
