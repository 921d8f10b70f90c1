import { describe, expect, test } from 'vitest'
import { STORY_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import { exits, fails, gets, type Happening, joins, publishes, stores, takes } from '../testing/story.case.ts'

const CLAUSE = 'ordering/2'
const K = { key: 'k' }
const L = { key: 'l' }
const PAIR = [joins(0, 'c1'), takes(10, 'm1', K), takes(20, 'm2', L)]
const h = { group: 'h' }

describe('in one partition', () => {
  const claims = { ...STORY_CLAIMS, ordering: 'per-partition' } as const
  const judged = (happened: readonly Happening[]) => examine(CLAUSE, happened, { claims })

  test('messages of two keys are delivered as they were sent', () => {
    expect(judged([...PAIR, gets(22, 'c1', 'm1', K), gets(23, 'c1', 'm2', L)])).toMatchObject(fine(1))
  })

  test('a message of another key overtook, and messages without one', () => {
    expect(judged([...PAIR, gets(22, 'c1', 'm2', L), gets(23, 'c1', 'm1', K)]).messages).toEqual([
      'm2 overtook m1 in group g: p1 sent both to one partition of t, m1 first (overtaking redelivery)',
    ])
    const keyless = [joins(0, 'c1'), takes(10, 'm1', { offset: 9 }), takes(20, 'm2', { offset: 8 })]
    const given = [gets(22, 'c1', 'm2', { offset: 8 }), gets(23, 'c1', 'm1', { offset: 9 })]
    expect(judged([...keyless, ...given]).messages).toEqual([
      'm2 overtook m1 in group g: p1 sent both to one partition of t, m1 first (send order)',
    ])
  })

  test('one producer may be delivered before another, but only where its message lies before', () => {
    const two = [joins(0, 'c1'), takes(10, 'm2', K), takes(20, 'm1', { ...L, producer: 'p2' })]
    expect(judged([...two, gets(22, 'c1', 'm1', L), gets(23, 'c1', 'm2', K)])).toMatchObject(fine(0))
    const { messages, violations } = judged([...two, gets(22, 'c1', 'm2', K), gets(23, 'c1', 'm1', L)])
    expect(messages).toEqual(['m2 came before m1 in group g, although it is stored behind it (overtaking redelivery)'])
    expect(violations[0]).toMatchObject({ op: 'm2', group: 'g', at: 23 })
  })

  test('a redelivery may repeat', () => {
    const again = [exits(24), joins(30, 'c2'), gets(31, 'c2', 'm1', K), gets(32, 'c2', 'm2', L)]
    expect(judged([...PAIR, gets(22, 'c1', 'm1', K), gets(23, 'c1', 'm2', L), ...again])).toMatchObject(fine(1))
  })

  test('messages of two partitions have no order among them', () => {
    const elsewhere = (happening: Happening): Happening =>
      happening.map((event) => {
        if (!('position' in event) || event.position === undefined) return event
        return { ...event, position: { ...event.position, partition: 1 } } as typeof event
      })
    const happened = [joins(0, 'c1'), takes(10, 'm1', K), elsewhere(takes(20, 'm2', L))]
    const given = [elsewhere(gets(22, 'c1', 'm2', L)), gets(23, 'c1', 'm1', K)]
    expect(judged([...happened, ...given])).toMatchObject(fine(0))
  })

  test('what was not acknowledged, or never reached the group, has no place in the order', () => {
    const failed = [joins(0, 'c1'), publishes(10, 'm1', K), stores(11, 'm1', K), fails(15, 'm1'), takes(20, 'm2', L)]
    expect(judged([...failed, gets(22, 'c1', 'm2', L), gets(23, 'c1', 'm1', K)])).toMatchObject(fine(0))
    expect(judged([...PAIR, gets(22, 'c1', 'm2', L)])).toMatchObject(fine(0))
  })

  test('a latest group may be taken back to what lies before it', () => {
    const begun = [joins(0, 'c1', { from: 'latest' }), takes(10, 'm1', K), takes(20, 'm2', { ...L, producer: 'p2' })]
    const back = [joins(30, 'c2'), gets(31, 'c2', 'm1', K)]
    expect(judged([...begun, gets(22, 'c1', 'm2', L), ...back])).toMatchObject(fine(0))
  })
})

describe('over a whole topic', () => {
  const claims = { ...STORY_CLAIMS, ordering: 'total' } as const
  const judged = (happened: readonly Happening[]) => examine(CLAUSE, happened, { claims })
  const TWO = [joins(0, 'c1'), joins(0, 'c2', h), takes(10, 'm1', K), takes(10, 'm2', { ...L, producer: 'p2' })]

  test('what one producer sent stays in order', () => {
    expect(judged([...PAIR, gets(22, 'c1', 'm2', L), gets(23, 'c1', 'm1', K)]).messages).toEqual([
      'm2 overtook m1 in group g: p1 sent both to t, m1 first (overtaking redelivery)',
    ])
  })

  test('all groups get messages in one order', () => {
    const first = [gets(22, 'c1', 'm1', K), gets(23, 'c1', 'm2', L)]
    const same = [gets(22, 'c2', 'm1', { ...K, ...h }), gets(23, 'c2', 'm2', { ...L, ...h })]
    expect(judged([...TWO, ...first, ...same])).toMatchObject(fine(1))
    const other = [gets(22, 'c2', 'm2', { ...L, ...h }), gets(23, 'c2', 'm1', { ...K, ...h })]
    expect(judged([...TWO, ...first, ...other]).messages).toContain(
      'group h got m2 before m1, and group g got them in the opposite order (overtaking redelivery)',
    )
  })
})
