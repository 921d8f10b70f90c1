import { describe, expect, it } from 'vitest'
import { partOf, partsOf, renderPage } from './page.ts'
import type { Found, Row } from './row.ts'

const rowOf = (name: string): Row => ({
  name,
  what: `the ${name}`,
  goal: '≤ 1 s',
  run: () => Promise.reject(new Error('it is not measured here')),
})
const found = (measured: string): Found => ({ measured, meets: 'meets it', notes: ['a note', 'another | note'] })
const ROWS = [rowOf('one'), rowOf('two-more')]
const parts = new Map(ROWS.map((row) => [row.name, partOf({ row, found: found('0.5 s'), where: 'here' })]))

describe('the page of results', () => {
  it('has a line of the table and a section for each row that was ever measured', () => {
    const page = renderPage([...ROWS, rowOf('never')], parts)
    expect(page).toContain('| two-more | the two-more | ≤ 1 s | 0.5 s | meets it |')
    expect(page).toContain('## one\n\n`npm run bench -- one`, here.\n\n- a note\n- another | note\n')
    expect(page).not.toContain('never')
  })

  it('keeps what it says of rows that are not measured again', () => {
    const page = renderPage(ROWS, parts)
    const again = partsOf(page)
    expect(renderPage(ROWS, again)).toBe(page)
    const [one] = ROWS
    if (one !== undefined) again.set('one', partOf({ row: one, found: found('0.7 s'), where: 'there' }))
    const later = renderPage(ROWS, again)
    expect(later).toBe(page.replace('0.5 s', '0.7 s').replace('here', 'there'))
  })

  it('says what was not run', () => {
    const row = rowOf('gone')
    const part = partOf({ row, found: { measured: '', meets: 'not run', notes: ['get it'] }, where: 'here' })
    expect(part.line).toContain('| not run | not run |')
  })
})
