import { describe, expect, test } from 'vitest'
import type { BreakerState } from '../../adapter.ts'
import { examine, fine } from '../testing/examine.case.ts'
import {
  begins,
  breaker,
  ends,
  error,
  fails,
  type Happening,
  NODE,
  OPEN,
  publishes,
  tries,
} from '../testing/story.case.ts'

const CLAUSE = 'breaker/8'

test('all the way round', () => {
  const round = [
    breaker(22, 'closed', 'open'),
    breaker(122, 'open', 'half-open'),
    breaker(123, 'half-open', 'open'),
    breaker(223, 'open', 'half-open'),
    breaker(224, 'half-open', 'closed'),
  ]
  expect(examine(CLAUSE, round)).toMatchObject(fine(5))
})

test('nothing changes: no occasion', () => {
  expect(examine(CLAUSE, [tries(10, 12, 'm1')])).toMatchObject(fine(0))
})

test('isolated and shut down may come at any time, and shut down is final', () => {
  expect(
    examine(CLAUSE, [
      breaker(1, 'closed', 'isolated'),
      breaker(2, 'isolated', 'closed'),
      breaker(3, 'closed', 'shut-down'),
    ]),
  ).toMatchObject(fine(2))
  expect(examine(CLAUSE, [breaker(1, 'closed', 'shut-down'), breaker(2, 'shut-down', 'closed')]).messages).toEqual([
    'the breaker of n1 went from shut-down to closed',
  ])
})

describe('a change that is not legal', () => {
  const wrong: readonly [string, readonly [BreakerState, BreakerState][], string][] = [
    ['from closed to half-open', [['closed', 'half-open']], 'went from closed to half-open'],
    [
      'from open to closed',
      [
        ['closed', 'open'],
        ['open', 'closed'],
      ],
      'went from open to closed',
    ],
    [
      'reported twice',
      [
        ['closed', 'open'],
        ['closed', 'open'],
      ],
      'reported twice that it is open',
    ],
    ['to the same state', [['closed', 'closed']], 'reported twice that it is closed'],
    ['from a state that it was not in', [['open', 'half-open']], 'reported a change from open, but it was closed'],
  ]
  test.each(wrong)('%s', (_name, changes, message) => {
    const happened = changes.map(([from, to], index) => breaker(index, from, to))
    expect(examine(CLAUSE, happened).messages).toEqual([`the breaker of n1 ${message}`])
  })
})

test('each node has a breaker of its own', () => {
  const elsewhere = breaker(23, 'closed', 'open').map((event) => ({ ...event, node: 'n2' }))
  expect(examine(CLAUSE, [breaker(22, 'closed', 'open'), elsewhere])).toMatchObject(fine(2))
})

describe('a failure while it is open', () => {
  const TRIPPED = [begins(5, 'm9'), tries(10, 12, 'm1'), tries(20, 22, 'm1', 2), breaker(22, 'closed', 'open')]
  const refused = (at: number) => [...publishes(at, 'm2'), ...fails(at, 'm2', OPEN)]
  const failed = ends(90, 'm9', 1, error('TIMEOUT'))

  test('does not begin its time anew', () => {
    expect(examine(CLAUSE, [...TRIPPED, failed, refused(122), breaker(130, 'open', 'half-open')])).toMatchObject(
      fine(2),
    )
    expect(examine(CLAUSE, [...TRIPPED, failed, refused(150)]).messages).toEqual([
      'the breaker of n1 stayed open longer because of a failure while it was open',
    ])
  })

  test('is not what had a message of a batch refused, which settles with the others', () => {
    const batch: Happening = [{ type: 'batch', at: 60, node: NODE, batch: 'b', ops: ['m2'] }]
    expect(examine(CLAUSE, [...TRIPPED, batch, failed, refused(150)])).toMatchObject(fine(1))
  })

  test.each([
    ['there was none', [refused(150)]],
    ['it came with the trip', [ends(22, 'm9', 1, error('TIMEOUT')), refused(150)]],
    ['the refusal came later than it explains', [failed, refused(250)]],
    ['it was no failure', [ends(90, 'm9'), refused(150)]],
  ])('is not what keeps it open: %s', (_name, happened) => {
    expect(examine(CLAUSE, [...TRIPPED, ...happened])).toMatchObject(fine(1))
  })
})

test('a cut history tells what it knows', () => {
  expect(examine(CLAUSE, [breaker(1, 'closed', 'half-open')], { complete: false }).messages).toHaveLength(1)
})
