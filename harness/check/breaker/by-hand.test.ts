import { describe, expect, test } from 'vitest'
import { ALL_CLAIMS } from '../testing/claims.case.ts'
import { type Examination, examine, fine } from '../testing/examine.case.ts'
import {
  begins,
  breaker,
  closed,
  closes,
  ends,
  error,
  fails,
  forced,
  forces,
  type Happening,
  kills,
  NODE,
  OPEN,
  publishes,
  tried,
  tries,
} from '../testing/story.case.ts'

const check = (happened: readonly Happening[], options: Examination = {}, clause = 'breaker/10') =>
  examine(clause, happened, { claims: ALL_CLAIMS, ...options })

const TRIPPED = [tries(10, 12, 'm1'), tries(20, 22, 'm1', 2), breaker(22, 'closed', 'open')]
const RESET = [...forces(50, 'reset', { until: null }), ...breaker(50, 'open', 'closed'), ...forced(50, 'reset')]
const ISOLATED = [
  ...forces(50, 'isolate', { until: null }),
  ...breaker(50, 'closed', 'isolated'),
  ...forced(50, 'isolate'),
]
const FREED = [...forces(300, 'reset', { until: null }), ...breaker(300, 'isolated', 'closed'), ...forced(300, 'reset')]
const refused = (at: number, op: string) => [...publishes(at, op), ...fails(at, op, OPEN)]
const CLOSED = error('CLOSED', { effect: 'none', retryable: false })

test('a breaker that is not operated by hand gives no occasion', () => {
  expect(check([...TRIPPED, breaker(122, 'open', 'half-open'), refused(130, 'm2')])).toMatchObject(fine(0))
})

describe('a reset', () => {
  test('closes it, told once, and a second one tells nothing', () => {
    expect(check([...TRIPPED, RESET, forces(60, 'reset'), publishes(130, 'm2')])).toMatchObject(fine(2))
  })
  test('leaves it open', () => {
    expect(check([...TRIPPED, forces(50, 'reset', { until: 55 })]).messages).toEqual([
      'the breaker of n1 was reset by hand, and was not closed',
    ])
  })
  test('fails, or never settles', () => {
    const why = { failure: error('BUSY') }
    expect(check([...TRIPPED, forces(50, 'reset', why)]).messages).toEqual([
      'the breaker of n1 was reset by hand, and failed to be: BUSY',
    ])
    const hanging = [...TRIPPED, forces(50, 'reset', { until: null }), breaker(50, 'open', 'closed')]
    expect(check(hanging).messages).toEqual(['the breaker of n1 was reset by hand, and the call never settled'])
    expect(check(hanging, { complete: false })).toMatchObject(fine(0))
    expect(check([forces(50, 'reset', { until: null }), kills(50)])).toMatchObject(fine(0))
  })
  test('is told although it was closed already', () => {
    const again = [...forces(60, 'reset', { until: null }), ...breaker(60, 'open', 'closed'), ...forced(60, 'reset')]
    expect(check([...TRIPPED, RESET, again]).messages).toEqual([
      'the breaker of n1 reported that it is closed, but it was already',
    ])
  })
  test('leaves a timer that turns it half-open, or opens it', () => {
    expect(check([...TRIPPED, RESET, breaker(122, 'closed', 'half-open')]).messages).toEqual([
      'the breaker of n1 turned half-open after it had been reset',
    ])
    expect(check([...TRIPPED, RESET, breaker(122, 'closed', 'open')]).messages).toEqual([
      'the breaker of n1 opened after it had been reset, and no call had ended',
    ])
  })
  test('is no hindrance to failures that come later', () => {
    const again = [tries(60, 61, 'm2'), tries(70, 71, 'm2', 2), breaker(71, 'closed', 'open')]
    expect(check([...TRIPPED, RESET, ...again, refused(80, 'm3')])).toMatchObject(fine(1))
  })
  test('may come while a batch waits for its other messages, of which one had been refused', () => {
    const batch: Happening = [{ type: 'batch', at: 30, node: NODE, batch: 'b', ops: ['m2'] }]
    expect(check([...TRIPPED, batch, RESET, refused(60, 'm2')])).toMatchObject(fine(1))
  })
  test('leaves it refusing calls', () => {
    expect(check([...TRIPPED, RESET, refused(60, 'm2')]).messages).toEqual([
      'the breaker of n1 refused m2, but it had been reset',
    ])
    expect(check([...TRIPPED, publishes(49, 'm2'), RESET, fails(50.5, 'm2', OPEN)])).toMatchObject(fine(1))
  })
})

describe('a breaker that is forced open', () => {
  test('refuses each call until it is reset', () => {
    expect(check([ISOLATED, refused(60, 'm1'), refused(250, 'm2'), FREED, begins(310, 'm3')])).toMatchObject(fine(4))
  })
  test('lets a call through', () => {
    expect(check([publishes(40, 'm1'), ISOLATED, begins(60, 'm1'), FREED]).messages).toEqual([
      'the breaker of n1 let attempt 1 of m1 through, but it was forced open',
    ])
  })
  test('keeps a call waiting', () => {
    expect(check([ISOLATED, publishes(60, 'm1'), fails(90, 'm1', OPEN), FREED]).messages).toEqual([
      'm1 was not refused at once, although the breaker of n1 was forced open',
    ])
  })
  test('turns half-open, or closes unasked', () => {
    for (const to of ['half-open', 'closed'] as const)
      expect(check([ISOLATED, breaker(160, 'isolated', to)]).messages).toEqual([
        `the breaker of n1 went to ${to}, but it was forced open`,
      ])
  })
  test('was not forced open', () => {
    expect(check([forces(50, 'isolate')]).messages).toEqual([
      'the breaker of n1 was forced open by hand, and was not isolated',
    ])
  })
})

describe('shut down', () => {
  const GONE = [closes(400), breaker(401, 'closed', 'shut-down'), closed(402)]

  test('refuses a publish after a reset too', () => {
    const trials = [tried(410, 'publish-closed', CLOSED), tried(420, 'publish-reset', CLOSED)]
    expect(check([...GONE, ...trials])).toMatchObject(fine(0))
  })
  test('takes one after a reset', () => {
    const trials = [tried(410, 'publish-closed', CLOSED), tried(420, 'publish-reset', 'taken')]
    expect(check([...GONE, ...trials]).messages).toEqual([
      'a reset of the breaker of n1, which was closed, let a publish through',
    ])
    expect(check([...GONE, tried(410, 'publish-closed', 'taken'), tried(420, 'publish-reset', 'taken')])).toMatchObject(
      fine(0),
    )
  })
  test('is left again', () => {
    expect(check([...GONE, breaker(403, 'shut-down', 'closed')]).messages).toEqual([
      'the breaker of n1 went to closed, but it was shut down',
    ])
  })
})

describe('what is done by hand is no other clause’s matter', () => {
  const late = [begins(5, 'm9'), ...TRIPPED, ends(50, 'm9'), RESET]
  const probing = [breaker(122, 'open', 'half-open'), tries(123, 124, 'm2', 1, 'ok')]
  const closing = [...forces(125, 'reset', { until: null }), ...breaker(125, 'half-open', 'closed')]

  test.each([
    ['breaker/5', 0],
    ['breaker/7', 1],
    ['breaker/8', 2],
  ])('open to closed, with a late success just before: %s', (clause, occasions) => {
    expect(check(late, {}, clause)).toMatchObject(fine(occasions))
  })
  test.each(['breaker/5', 'breaker/8'])('half-open to closed before its probes decide: %s', (clause) => {
    expect(check([...TRIPPED, ...probing, closing, forced(125, 'reset')], {}, clause).messages).toEqual([])
  })
  test('a reset of a closed breaker begins its count anew, and calls from before it count no more', () => {
    const before = [tries(10, 12, 'm1'), begins(15, 'm2'), forces(20, 'reset'), ends(25, 'm2', 1, error('TIMEOUT'))]
    expect(check([...before, tries(30, 32, 'm3'), begins(40, 'm4')], {}, 'breaker/1')).toMatchObject(fine(0))
  })
  test('the same changes without a hand are illegal', () => {
    expect(check([...TRIPPED, breaker(50, 'open', 'closed')], {}, 'breaker/8').messages).toEqual([
      'the breaker of n1 went from open to closed',
    ])
  })
})
