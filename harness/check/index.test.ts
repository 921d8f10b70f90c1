import { describe, expect, test } from 'vitest'
import { CLAUSES } from '../../spec/index.ts'
import { CHECKS, judge } from './index.ts'
import { KEPT_VIOLATIONS } from './report.ts'
import { ALL_CLAIMS, claimsWithout } from './testing/claims.case.ts'
import { headerOf } from './testing/examine.case.ts'
import { drained, gets, joins, takes } from './testing/story.case.ts'

/** With every option that is claimed beyond the story's. */
const ALL_CLAIMED = headerOf({ claims: ALL_CLAIMS })
const LOST = [...joins(0, 'c1'), ...takes(10, 'm1'), ...drained(100)]

test('every clause has a check, and every check a clause', () => {
  expect(Object.keys(CHECKS)).toEqual(CLAUSES.map(({ id }) => id))
})

test('every check runs over an empty history without an occasion', () => {
  for (const [clause, factory] of Object.entries(CHECKS)) {
    expect([clause, factory(ALL_CLAIMED).end(true)]).toEqual([
      clause,
      { occasions: 0, violations: [], violationCount: 0 },
    ])
  }
})

describe('judge', () => {
  test('finds for every clause what its check alone finds', () => {
    const findings = judge(ALL_CLAIMED, LOST)
    expect(Object.keys(findings)).toEqual(CLAUSES.map(({ id }) => id))
    for (const [clause, factory] of Object.entries(CHECKS)) {
      const check = factory(ALL_CLAIMED)
      for (const event of LOST) check.step(event)
      expect(findings[clause]).toEqual(check.end(true))
    }
    expect(findings['delivery/1']?.violations[0]).toMatchObject({ clause: 'delivery/1', op: 'm1', group: 'g' })
  })

  test('judges only what is claimed, and what is asked for', () => {
    const claims = claimsWithout('retry', 'breaker', 'deadLetter', 'replay', 'handling')
    const areas = new Set(Object.keys(judge(headerOf({ claims }), LOST)).map((id) => id.split('/')[0]))
    expect([...areas]).toEqual(['delivery', 'ordering', 'fail-fast', 'resources'])
    expect(Object.keys(judge(headerOf(), LOST, { clauses: ['delivery/4', 'delivery/1'] }))).toEqual([
      'delivery/1',
      'delivery/4',
    ])
  })

  test('takes a history without its end for one that was cut, unless told otherwise', () => {
    const cut = LOST.filter(({ type }) => type !== 'end')
    expect(judge(headerOf(), cut)['delivery/1']).toMatchObject({ occasions: 0 })
    expect(judge(headerOf(), cut, { complete: true })['delivery/1']).toMatchObject({ occasions: 1 })
    expect(judge(headerOf(), LOST, { complete: false })['delivery/1']).toMatchObject({ occasions: 0 })
  })

  test('keeps few violations and counts them all', () => {
    const phantoms = Array.from({ length: 9 }, (_, index) => gets(index, 'c1', `x${index}`)).flat()
    const finding = judge(headerOf(), phantoms, { complete: true })['delivery/2']
    expect(finding?.violations).toHaveLength(KEPT_VIOLATIONS)
    expect(finding).toMatchObject({ occasions: 9, violationCount: 9 })
  })
})
