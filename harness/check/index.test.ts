import { describe, expect, test } from 'vitest'
import { CLAUSES } from '../../spec/index.ts'
import { judge } from './judge.ts'
import { CHECKS } from './list.ts'
import { KEPT_VIOLATIONS } from './report.ts'
import { ALL_CLAIMS, claimsWithout } from './testing/claims.case.ts'
import { findingOf, headerOf } from './testing/examine.case.ts'
import { drained, gets, joins, takes } from './testing/story.case.ts'

/** With every option that is claimed beyond the story's. */
const ALL_CLAIMED = headerOf({ claims: ALL_CLAIMS })
const LOST = [...joins(0, 'c1'), ...takes(10, 'm1'), ...drained(100)]

const clauses = CLAUSES.map(({ id }) => id)
const checked = CHECKS.map(({ clause }) => clause)

test('every clause has a check, every check a clause, and no clause has two', () => {
  expect({
    'clauses without a check': clauses.filter((id) => !checked.includes(id)),
    'checks of no clause': CHECKS.filter(({ clause }) => !clauses.includes(clause)).map(({ file }) => file),
    'clauses with more than one': checked.filter((clause, index) => checked.indexOf(clause) !== index),
  }).toEqual({ 'clauses without a check': [], 'checks of no clause': [], 'clauses with more than one': [] })
  expect(checked).toEqual(clauses)
})

test.each(CHECKS)('the check of $clause names its own file, which exports it and nothing else', async (check) => {
  const exported: Readonly<Record<string, unknown>> = await import(check.file)
  expect(Object.values(exported)).toEqual([check])
})

test('every check runs over an empty history without an occasion', () => {
  for (const check of CHECKS) {
    expect([check.clause, findingOf(check, ALL_CLAIMED, [])]).toEqual([
      check.clause,
      { occasions: 0, violations: [], violationCount: 0 },
    ])
  }
})

describe('judge', () => {
  test('finds for every clause what its check alone finds', () => {
    const findings = judge(ALL_CLAIMED, LOST)
    // A breaker opens by failures in a row, or by a rate.
    const judged = CLAUSES.filter(({ claim }) => claim !== 'rate-breaker').map(({ id }) => id)
    expect(Object.keys(findings)).toEqual(judged)
    for (const check of CHECKS.filter(({ clause }) => judged.includes(clause)))
      expect(findings[check.clause]).toEqual(findingOf(check, ALL_CLAIMED, LOST))
    expect(findings['delivery/1']?.violations[0]).toMatchObject({ clause: 'delivery/1', op: 'm1', group: 'g' })
  })

  test('judges only what is claimed, and what is asked for', () => {
    const claims = claimsWithout('retry', 'breaker', 'deadLetter', 'redrive', 'handling')
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
