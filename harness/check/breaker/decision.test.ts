import { expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import { begins, breaker, ends, PERMANENT, tries } from '../testing/story.case.ts'

const CLAUSE = 'breaker/5'
const HALF_OPEN = [breaker(22, 'closed', 'open'), breaker(122, 'open', 'half-open')]
const GOOD = tries(122, 124, 'm1', 1, 'ok')

test('two successes close it', () => {
  expect(
    examine(CLAUSE, [...HALF_OPEN, GOOD, tries(125, 126, 'm2', 1, 'ok'), breaker(126, 'half-open', 'closed')]),
  ).toMatchObject(fine(1))
})

test('one failure opens it again, whatever succeeded before', () => {
  expect(examine(CLAUSE, [...HALF_OPEN, GOOD, tries(125, 126, 'm2'), breaker(126, 'half-open', 'open')])).toMatchObject(
    fine(1),
  )
})

test('closed by one success', () => {
  expect(examine(CLAUSE, [...HALF_OPEN, GOOD, breaker(124, 'half-open', 'closed')]).messages).toEqual([
    'the breaker of n1 closed when 1 probe succeeded and 0 failed',
  ])
})

test('opened again without a failure', () => {
  expect(examine(CLAUSE, [...HALF_OPEN, GOOD, breaker(124, 'half-open', 'open')]).messages).toEqual([
    'the breaker of n1 opened again when 1 probe succeeded and 0 failed',
  ])
})

test('still half-open after enough of either', () => {
  const good = [GOOD, tries(125, 126, 'm2', 1, 'ok'), begins(127, 'm3')]
  expect(examine(CLAUSE, [...HALF_OPEN, ...good]).messages).toEqual([
    'the breaker of n1 was still half-open and let attempt 1 of m3 through, but 2 probes succeeded and 0 failed',
  ])
  expect(examine(CLAUSE, [...HALF_OPEN, tries(122, 124, 'm1'), begins(125, 'm2')]).messages).toHaveLength(1)
})

test('a probe that says nothing counts neither way', () => {
  const nothing = [
    tries(122, 124, 'm1', 1, PERMANENT),
    begins(125, 'm2'),
    ends(126, 'm2', 1, 'cancelled'),
    begins(127, 'm3'),
  ]
  expect(examine(CLAUSE, [...HALF_OPEN, ...nothing])).toMatchObject(fine(0))
})

test('a result of an earlier period neither closes nor opens it', () => {
  const stale = [
    begins(5, 'm8'),
    begins(6, 'm9'),
    ...HALF_OPEN,
    ends(123, 'm8', 1, 'ok'),
    ends(123, 'm9', 1, PERMANENT),
  ]
  expect(examine(CLAUSE, [...stale, GOOD, breaker(124, 'half-open', 'closed')]).messages).toHaveLength(1)
})

test('each half-open period counts afresh', () => {
  const first = [GOOD, tries(125, 126, 'm2'), breaker(126, 'half-open', 'open'), breaker(226, 'open', 'half-open')]
  expect(
    examine(CLAUSE, [...HALF_OPEN, ...first, tries(226, 227, 'm3', 1, 'ok'), breaker(227, 'half-open', 'closed')]),
  ).toMatchObject({
    occasions: 2,
    messages: ['the breaker of n1 closed when 1 probe succeeded and 0 failed'],
  })
})

test('a period that has not ended is no occasion, also in a cut history', () => {
  expect(examine(CLAUSE, [...HALF_OPEN, GOOD], { complete: false })).toMatchObject(fine(0))
})
