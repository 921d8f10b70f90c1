import { expect, test } from 'vitest'
import { CLAUSES } from '../../spec/index.ts'
import { run } from './run-program.case.ts'

test('spec lists every clause with its level, claim, occasions and evidence', async () => {
  const { code, stdout } = await run(['spec'])
  const rows = stdout.trimEnd().split('\n').slice(1)
  expect(code).toBe(0)
  expect(rows).toHaveLength(CLAUSES.length)
  for (const [index, clause] of CLAUSES.entries()) {
    const cells = rows[index]?.split(/ {2,}/) ?? []
    expect(cells.slice(0, 5)).toEqual([clause.id, clause.level, clause.claim, String(clause.wants), clause.evidence])
  }
})

test('spec --area lists that area only, and a clause is shown in full', async () => {
  const area = await run(['spec', '--area', 'breaker'])
  const ids = area.stdout
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(' ')[0])
  expect(ids).toEqual(CLAUSES.filter((clause) => clause.area === 'breaker').map(({ id }) => id))
  const first = CLAUSES[0]
  const full = await run(['spec', first?.id ?? ''])
  const text = full.stdout.replaceAll(/\s+/g, ' ')
  expect(text).toContain(first?.text.replaceAll(/\s+/g, ' '))
  expect(text).toContain(first?.occasion)
})
