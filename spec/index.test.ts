import { expect, test } from 'vitest'
import { CLAUSES } from './index.ts'

test('each clause is told by its id, which its area begins', () => {
  expect(new Set(CLAUSES.map(({ id }) => id)).size).toBe(CLAUSES.length)
  for (const clause of CLAUSES) {
    expect(clause.id).toMatch(new RegExp(`^${clause.area}/\\d+$`))
  }
})

test('clauses stand in the order of their areas and numbers', () => {
  const areas = [
    'delivery',
    'ordering',
    'fail-fast',
    'breaker',
    'retry',
    'dead-letter',
    'resources',
    'health',
    'configuration',
    'envelope',
    'dispatch',
  ]
  const rank = (id: string): number => {
    const [area = '', number] = id.split('/')
    return areas.indexOf(area) * 100 + Number(number)
  }
  const ranks = CLAUSES.map(({ id }) => rank(id))
  expect(ranks).toEqual([...ranks].sort((one, other) => one - other))
})

test('no two clauses have one rank among causes', () => {
  expect(new Set(CLAUSES.map(({ rank }) => rank)).size).toBe(CLAUSES.length)
})

test('each clause wants occasions, and says where plans find them', () => {
  for (const { wants, leans } of CLAUSES) {
    expect(wants).toBeGreaterThan(0)
    expect(leans.length).toBeGreaterThan(0)
  }
})
