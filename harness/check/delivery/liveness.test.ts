import { describe, expect, test } from 'vitest'
import { ALL_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import {
  aborts,
  asksToJoin,
  asksToLeave,
  closes,
  drained,
  end,
  error,
  fails,
  fault,
  forces,
  gets,
  joins,
  kills,
  OPEN,
  phase,
  publishes,
  registering,
  stalls,
  takes,
  tries,
} from '../testing/story.case.ts'

const CLAUSE = 'delivery/13'

describe('without faults', () => {
  test('every publish is acknowledged', () => {
    expect(examine(CLAUSE, [takes(10, 'm1'), drained(100)])).toMatchObject(fine(1))
  })
  test('a bus that does not open, or never says so, is a violation', () => {
    const opens = [{ type: 'open', at: 1, node: 'n9' }] as const
    const refused = [...opens, { type: 'opened', at: 2, node: 'n9', error: error('NO_BROKER') }] as const
    const message = 'the bus of n9 did not open, but no fault was near'
    expect(examine(CLAUSE, [opens, drained(100)])).toMatchObject({ messages: [message] })
    expect(examine(CLAUSE, [refused, drained(100)]).violations[0]?.actual).toBe(
      'it rejected: NO_BROKER, it failed with NO_BROKER',
    )
    expect(examine(CLAUSE, [[...opens, { type: 'opened', at: 2, node: 'n9' }], drained(100)]).messages).toEqual([])
  })
  test('one that was refused while its breaker was forced open says nothing', () => {
    const held = [forces(5, 'isolate'), publishes(10, 'm1'), fails(10, 'm1', OPEN), forces(20, 'reset')]
    expect(examine(CLAUSE, [...held, drained(100)])).toMatchObject(fine(0))
    expect(examine(CLAUSE, [...held, publishes(30, 'm2'), fails(30, 'm2', OPEN), drained(100)]).messages).toEqual([
      'm2 was not acknowledged, but no fault was near and it was not aborted',
    ])
  })
  test('one that fails is a violation', () => {
    const { messages, violations } = examine(CLAUSE, [publishes(10, 'm1'), fails(12, 'm1'), drained(100)])
    expect(messages).toEqual(['m1 was not acknowledged, but no fault was near and it was not aborted'])
    expect(violations[0]?.actual).toBe('failed: TIMEOUT, it failed with TIMEOUT')
  })
  test('one that was aborted may fail', () => {
    expect(examine(CLAUSE, [publishes(10, 'm1'), aborts(11, 'm1'), fails(12, 'm1'), drained(100)])).toMatchObject(
      fine(0),
    )
  })
  test('a fault or a close in the traffic makes a run no calm one', () => {
    const failed = [publishes(10, 'm1'), fails(12, 'm1')]
    expect(examine(CLAUSE, [...failed, fault(5, 20, 'publish'), drained(100)])).toMatchObject(fine(0))
    expect(examine(CLAUSE, [...failed, closes(11), drained(100)])).toMatchObject(fine(0))
  })
  test('a subscription that is refused is a violation', () => {
    const refused = joins(0, 'c1').map((event) =>
      event.type === 'subscribed' ? { ...event, error: error('TIMEOUT') } : event,
    )
    expect(examine(CLAUSE, [refused, drained(100)]).messages).toEqual([
      'c1 could not join group g, but no fault was near',
    ])
  })
  test('a refusal of what begins long after the last heal is a violation too', () => {
    const refused = (at: number) =>
      joins(at, 'd1').map((event) => (event.type === 'subscribed' ? { ...event, error: error('TIMEOUT') } : event))
    const healed = [fault(5, 20, 'consume'), phase(100, 'heal')]
    expect(examine(CLAUSE, [...healed, refused(1_200), phase(2_300, 'close'), end(2_301)]).messages).toHaveLength(1)
    expect(examine(CLAUSE, [...healed, refused(10), refused(900), phase(2_300, 'close'), end(2_301)])).toMatchObject(
      fine(0),
    )
  })
  test('what a stall of the machine held up is no occasion', () => {
    const real = { site: 'real', witness: 'after' } as const
    const failed = [
      publishes(10, 'm1'),
      fails(112, 'm1'),
      publishes(120, 'm2'),
      fails(121, 'm2', error('BREAKER_OPEN')),
    ]
    expect(examine(CLAUSE, [...failed, stalls(11, 111), drained(500)], real)).toMatchObject(fine(0))
    const both = [stalls(11, 111, 'n1'), stalls(11, 111, 'n2')]
    expect(examine(CLAUSE, [...failed, ...both, drained(500)], real)).toMatchObject(fine(0))
    // A process may stop itself.
    expect(examine(CLAUSE, [...failed, stalls(11, 111, 'n1'), drained(500)], real).messages).toHaveLength(1)
    // It cannot stop itself while it waits for a processor.
    expect(examine(CLAUSE, [...failed, stalls(11, 111, 'n1', 60), drained(500)], real)).toMatchObject(fine(0))
    expect(examine(CLAUSE, [...failed, stalls(11, 111, 'n1', 40), drained(500)], real).messages).toHaveLength(1)
    // Too short to matter, or long over.
    expect(examine(CLAUSE, [...failed, stalls(11, 40), drained(500)], real).messages).toHaveLength(1)
    const late = [publishes(1_200, 'm3'), fails(1_201, 'm3'), drained(2_000)]
    expect(examine(CLAUSE, [stalls(11, 111), ...late], real).messages).toHaveLength(1)
  })
  test('on a busy machine a single attempt may time out', () => {
    const slow = [publishes(10, 'm1'), fails(111, 'm1'), drained(500)]
    expect(examine(CLAUSE, slow, { site: 'real', witness: 'after' }).messages).toEqual([])
    expect(examine(CLAUSE, slow).messages).toHaveLength(1)
  })
  test('and several where it stood still meanwhile, be it briefly, but not where none of them timed out', () => {
    const twice = (until: number, first = 111) => [
      publishes(10, 'm1'),
      tries(10, first, 'm1'),
      tries(120, until, 'm1', 2),
      fails(until, 'm1'),
      drained(500),
    ]
    const real = { site: 'real', witness: 'after' } as const
    expect(examine(CLAUSE, [stalls(130, 170), ...twice(221)], real).messages).toEqual([])
    for (const owner of ['n1', 'n2'])
      expect(examine(CLAUSE, [stalls(130, 170, owner), ...twice(221)], real).messages).toHaveLength(1)
    expect(examine(CLAUSE, [stalls(130, 170), ...twice(180)], real).messages).toEqual([])
    expect(examine(CLAUSE, [stalls(130, 170), ...twice(180, 100)], real).messages).toHaveLength(1)
    expect(examine(CLAUSE, [stalls(230, 270), ...twice(221)], real).messages).toHaveLength(1)
  })
  test('and a breaker may refuse the next ones behind such attempts, if the machine stood still', () => {
    const refused = (first: number) => [
      publishes(10, 'm1'),
      tries(10, first, 'm1'),
      fails(first, 'm1'),
      publishes(130, 'm2'),
      fails(130, 'm2', OPEN),
      drained(500),
    ]
    const real = { site: 'real', witness: 'after' } as const
    const brief = stalls(20, 60)
    expect(examine(CLAUSE, [brief, ...refused(111)], real).messages).toEqual([])
    const never = ['m2 was not acknowledged, but no fault was near and it was not aborted']
    expect(examine(CLAUSE, refused(111), real).messages).toEqual(never)
    expect(examine(CLAUSE, [stalls(20, 60, 'n1'), ...refused(111)], real).messages).toEqual(never)
    // Nothing timed out: the breaker opened for another reason.
    expect(examine(CLAUSE, [brief, ...refused(100)], real).messages).toHaveLength(2)
    expect(examine(CLAUSE, [brief, ...refused(111)]).messages).toHaveLength(2)
    // A try of its own, that fails with the connection of the one that timed out.
    const late = [...refused(111).slice(0, 4), tries(130, 140, 'm2'), fails(141, 'm2', OPEN), drained(500)]
    expect(examine(CLAUSE, [brief, ...late], real).messages).toEqual([])
    expect(examine(CLAUSE, late, real).messages).toEqual(never)
    const other = [publishes(130, 'm2'), fails(130, 'm2'), drained(500)]
    expect(examine(CLAUSE, [brief, ...refused(111).slice(0, 3), ...other], real).messages).toEqual(never)
  })
})

describe('a subscription', () => {
  const RUN = [phase(100, 'heal'), phase(1_200, 'drain'), phase(2_300, 'close'), end(2_400)]
  const NEVER = ['c1 did not become a member of group g within 1000 ms, but no fault was near']
  test('succeeds', () => {
    expect(examine(CLAUSE, [joins(0, 'c1', { takes: 20 }), ...RUN])).toMatchObject(fine(0))
  })
  test('never settles, or only when its bus is closed', () => {
    const { messages, violations } = examine(CLAUSE, [asksToJoin(0, 'c1'), ...RUN])
    expect(messages).toEqual(NEVER)
    expect(violations[0]).toMatchObject({ node: 'n1', group: 'g', at: 1_100 })
    const late = joins(0, 'c1', { takes: 2_305 })
    expect(examine(CLAUSE, [late, closes(2_301), ...RUN]).messages).toEqual(NEVER)
    // Also where lateness is forgiven.
    const real = { site: 'real', witness: 'after', slack: 3_000 } as const
    expect(examine(CLAUSE, [late, closes(2_301), ...RUN], real).messages).toEqual(NEVER)
  })
  test('that begins in the drain has its time too', () => {
    expect(examine(CLAUSE, [asksToJoin(1_201, 'c1'), ...RUN]).messages).toEqual(NEVER)
  })
  test('may wait until the last heal', () => {
    expect(examine(CLAUSE, [fault(5, 90, 'consume'), joins(10, 'c1', { takes: 1_000 }), ...RUN])).toMatchObject(fine(0))
  })
  test.each([
    ['it was told to leave', [asksToLeave(500, 'c1')]],
    ['its node closed', [closes(500)]],
    ['its process was killed', [kills(500)]],
  ])('owes nothing when %s', (_name, happened) => {
    expect(examine(CLAUSE, [asksToJoin(0, 'c1'), ...happened, ...RUN])).toMatchObject(fine(0))
  })
  test('owes nothing when a stall took of its time', () => {
    expect(examine(CLAUSE, [asksToJoin(0, 'c1'), stalls(200, 900), ...RUN])).toMatchObject(fine(0))
  })
  test('owes nothing where the run ended before its time was over', () => {
    expect(examine(CLAUSE, [asksToJoin(0, 'c1'), drained(300)])).toMatchObject(fine(0))
  })
})

describe('after the heal', () => {
  const OUTAGE = [joins(0, 'c1'), fault(5, 100, 'publish'), phase(100, 'heal')]
  const LONG = [phase(2_500, 'drain'), phase(2_600, 'close'), end(2_700)]
  const PROBE = 'probe-n1-1'

  test('a probe is acknowledged and handled in time', () => {
    expect(examine(CLAUSE, [...OUTAGE, takes(200, PROBE), gets(202, 'c1', PROBE), ...LONG])).toMatchObject(fine(1))
  })
  test('the first probes may fail while the breaker is open', () => {
    const happened = [publishes(110, 'probe-n1-0'), fails(111, 'probe-n1-0'), takes(400, PROBE), gets(402, 'c1', PROBE)]
    expect(examine(CLAUSE, [...OUTAGE, ...happened, ...LONG])).toMatchObject(fine(1))
  })
  test('a bus that refuses everything for ever does not recover', () => {
    const refused = [110, 500, 1_000].flatMap((at) => [publishes(at, `probe-n1-${at}`), fails(at, `probe-n1-${at}`)])
    expect(examine(CLAUSE, [...OUTAGE, ...refused, ...LONG]).messages).toEqual([
      'n1 could not publish to t again within 1000 ms of the last heal',
    ])
  })
  test('a bus that a stall held up owes no recovery', () => {
    const refused = [110, 500, 1_000].flatMap((at) => [publishes(at, `probe-n1-${at}`), fails(at, `probe-n1-${at}`)])
    expect(examine(CLAUSE, [...OUTAGE, ...refused, stalls(600, 900), ...LONG])).toMatchObject(fine(0))
  })
  test('recovery past the claimed time is too late', () => {
    const happened = [
      publishes(110, 'probe-n1-0'),
      fails(111, 'probe-n1-0'),
      takes(1_200, PROBE),
      gets(1_202, 'c1', PROBE),
    ]
    expect(examine(CLAUSE, [...OUTAGE, ...happened, ...LONG]).messages).toHaveLength(1)
  })
  test('a group without a handler for the probe dead-letters it, which another clause asks for', () => {
    const registered = OUTAGE.map((one) => registering(['paid'], one))
    expect(examine(CLAUSE, [...registered, takes(200, PROBE), ...LONG], { claims: ALL_CLAIMS })).toMatchObject(fine(1))
    expect(examine(CLAUSE, [...OUTAGE, takes(200, PROBE), ...LONG], { claims: ALL_CLAIMS }).messages).toHaveLength(1)
  })
  test('a group that stays silent does not recover', () => {
    expect(examine(CLAUSE, [...OUTAGE, takes(200, PROBE), ...LONG]).messages).toEqual([
      `group g got nothing of t within 1000 ms, although all faults had healed and ${PROBE} was acknowledged`,
    ])
  })
  test('a group that works through what came before is not silent', () => {
    const busy = [
      takes(150, 'm1'),
      takes(150, 'm2'),
      gets(160, 'c1', 'm1', { until: 1_150 }),
      gets(1_151, 'c1', 'm2', { until: 1_900 }),
      gets(1_950, 'c1', PROBE),
    ]
    expect(examine(CLAUSE, [...OUTAGE, takes(200, PROBE), ...busy, ...LONG])).toMatchObject(fine(1))
  })
  test('a node that closed owes no recovery, and one without probes is no occasion', () => {
    const closing = [publishes(110, PROBE), fails(111, PROBE), closes(300)]
    expect(examine(CLAUSE, [...OUTAGE, ...closing, ...LONG])).toMatchObject(fine(0))
    expect(examine(CLAUSE, [...OUTAGE, ...LONG])).toMatchObject(fine(0))
  })
  test('a run that went on before the time was over says nothing', () => {
    expect(examine(CLAUSE, [...OUTAGE, publishes(110, PROBE), fails(111, PROBE), drained(300)])).toMatchObject(fine(1))
  })
  test('nor does a history that was cut', () => {
    expect(
      examine(CLAUSE, [...OUTAGE, publishes(110, PROBE), fails(111, PROBE), ...LONG], { complete: false }),
    ).toMatchObject(fine(0))
  })
})
