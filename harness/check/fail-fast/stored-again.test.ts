import { describe, expect, test } from 'vitest'
import type { ResolvedClaims } from '../../claims.ts'
import { STORY_CLAIMS } from '../testing/claims.case.ts'
import { type Examination, examine, fine } from '../testing/examine.case.ts'
import {
  closes,
  drained,
  end,
  fault,
  finds,
  gives,
  type Happening,
  keeps,
  kills,
  phase,
  REFUSED,
  stalls,
  stores,
  takes,
  writes,
} from '../testing/story.case.ts'

const CLAUSE = 'fail-fast/8'
const claiming = (write: NonNullable<ResolvedClaims['write']>): Examination => ({
  claims: { ...STORY_CLAIMS, write },
})
const REQUIRED = claiming({ event: 'required' })
const OPTIONAL = claiming({ event: 'optional' })
const OUTBOX = claiming({ event: 'required', outbox: true })

const OUTAGE = [fault(5, 90, 'publish'), phase(100, 'heal')]
const LONG = [phase(1_200, 'drain'), phase(1_300, 'close'), end(1_400)]
const BROKEN = ['n1 could not store a row and publish its event again within 1000 ms of the last heal']

const first = 'probe-row-n1-0'
const again = 'probe-row-n1-1'
const done = (at: number, op: string): Happening[] => [writes(at, op), stores(at + 1, op), keeps(at + 1, op)]
const refused = (at: number, op: string): Happening[] => [writes(at, op), gives(at + 1, op, REFUSED)]
/** Times at which it is tried, and fails. */
const never = [101, 500, 1_090].flatMap((at) => refused(at, `probe-row-n1-${at}`))
const messages = (happened: readonly Happening[], options: Examination = REQUIRED): readonly string[] =>
  examine(CLAUSE, [...OUTAGE, ...happened, ...LONG], options).messages

describe('after the last heal', () => {
  test('a row is stored and its event published, at once or after some tries', () => {
    expect(examine(CLAUSE, [...OUTAGE, ...done(101, first), ...LONG], REQUIRED)).toMatchObject(fine(0))
    // The one that failed is an occasion as any write that does.
    const late = [...refused(101, first), ...done(1_099, again)]
    expect(examine(CLAUSE, [...OUTAGE, ...late, ...LONG], REQUIRED)).toMatchObject(fine(1))
  })

  test('no row is ever stored again', () => {
    expect(messages(never)).toEqual(BROKEN)
    expect(examine(CLAUSE, [...OUTAGE, ...never, ...LONG], REQUIRED).violations).toMatchObject([
      { node: 'n1', at: 1_100, op: 'probe-row-n1-101', actual: '3 writes, none done in time; the last: REFUSED' },
    ])
    expect(messages([writes(101, first)])).toEqual(BROKEN)
  })

  test('a row is stored again, and its event never', () => {
    const alone = [writes(101, first), keeps(102, first, 'failed', REFUSED), finds(1_350, [first])]
    expect(messages(alone, OPTIONAL)).toEqual(BROKEN)
    expect(messages([...alone, ...done(300, again), finds(1_351, [first, again])], OPTIONAL)).toEqual([])
  })

  test('one that was stored before, or without its event, does not count', () => {
    expect(messages([...done(98, first), ...never])).toEqual(BROKEN)
    expect(messages([takes(200, 'probe-n1-t-0'), ...never])).toEqual(BROKEN)
    expect(messages([...done(200, 'm1'), ...never])).toEqual(BROKEN)
  })

  test('it is too late once the claimed time is over', () => {
    const until = (at: number): Happening[] => [writes(101, first), stores(at, first), keeps(at, first)]
    expect(messages(until(1_101))).toEqual([])
    expect(messages(until(1_102))).toEqual(BROKEN)
  })

  test('the time begins with the last fault that ended', () => {
    const healed = [fault(5, 400, 'publish'), phase(100, 'heal')]
    const late = [...refused(101, first), ...done(1_300, again)]
    const run = (happened: readonly Happening[]) =>
      examine(CLAUSE, [...healed, ...happened, phase(1_500, 'drain'), phase(1_600, 'close'), end(1_700)], REQUIRED)
    expect(run(late).messages).toEqual([])
    expect(run(refused(101, first)).messages).toEqual([
      'n1 could not store a row and publish its event again within 1000 ms of the last heal',
    ])
  })

  test('each node by itself', () => {
    const other = [writes(101, 'probe-row-n2-0', { node: 'n2' })]
    expect(messages([...done(101, first), ...other])).toEqual([
      'n2 could not store a row and publish its event again within 1000 ms of the last heal',
    ])
  })

  test('with an outbox the event may wait', () => {
    const queued = [writes(101, first), keeps(102, first, 'queued'), stores(1_250, first), finds(1_350, [first])]
    expect(messages(queued, OUTBOX)).toEqual([])
    expect(messages(never, OUTBOX)).toEqual(BROKEN)
  })
})

describe('nothing is owed', () => {
  test.each<[string, readonly Happening[]]>([
    ['without a write', []],
    ['by a node that closed before its time to live was over', [...never, closes(1_095)]],
    ['by a process that was killed', [...refused(101, first), kills(300)]],
    ['where a stall took of the time', [...never, stalls(600, 900)]],
  ])('%s', (_name, happened) => {
    expect(messages(happened)).toEqual([])
  })

  test('by a run that went on before the time was over, and none that was cut', () => {
    expect(examine(CLAUSE, [...OUTAGE, ...never, drained(1_095)], REQUIRED).messages).toEqual([])
    expect(examine(CLAUSE, [...OUTAGE, ...never, ...LONG], { ...REQUIRED, complete: false }).messages).toEqual([])
  })
})
