import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { checkFile, checkOf } from '../harness/check/index.ts'
import { readMutants } from '../harness/mutants.ts'
import { isReal, loadMutants } from '../scripts/kill-matrix/collect.ts'
import { isCaught, killsIn, PAGE, renderPage } from '../scripts/kill-matrix/page.ts'
import { CLAUSES } from '../spec/index.ts'

const MUTANTS = readMutants()
const page = readFileSync(PAGE, 'utf8')
const kills = killsIn(page)
const ids = CLAUSES.map(({ id }) => id)
const simulated = MUTANTS.filter(({ name }) => !isReal(name))
const WRITE = 'run `npm run mutants -- --write NAME` with the name of what is new or changed'

describe('every clause', () => {
  test.each(ids)('%s has a check, in the file that `busproof spec` names', (id) => {
    expect(checkOf(id)?.clause).toBe(id)
    const file = checkFile(id)
    expect(existsSync(new URL(`../${file}`, import.meta.url)), String(file)).toBe(true)
  })

  test.each(ids)('%s has caught a mutant in simulation that it must catch', (id) => {
    const caught = simulated.filter(({ name, must }) => must.includes(id) && kills.get(name)?.caughtBy.includes(id))
    expect(caught, `no mutant proves that ${id} can fail: write one under mutants/, and ${WRITE}`).not.toEqual([])
  })
})

describe('the kill matrix', () => {
  test('mutants/index.jsonl lists every mutant, and nothing else', { timeout: 60_000 }, async () => {
    expect(MUTANTS, WRITE).toEqual(await loadMutants())
  })

  test('the page is what its mutants, clauses and measurements make of it', () => {
    expect(page, WRITE).toBe(renderPage({ mutants: MUTANTS, clauses: CLAUSES, kills }))
  })

  test.each(simulated)('$name was caught by a clause that must, and by none that may not', ({ name, must, may }) => {
    const kill = kills.get(name)
    if (kill === undefined) throw new Error(`${name} was never tried: ${WRITE}`)
    expect(isCaught(kill)).toBe(true)
    expect(kill.caughtBy.filter((clause) => !must.includes(clause))).toEqual([])
    expect(kill.company.filter((clause) => !may.includes(clause))).toEqual([])
  })

  test('a mutant names clauses that are there', () => {
    expect(MUTANTS.flatMap(({ must, may }) => [...must, ...may]).filter((clause) => !ids.includes(clause))).toEqual([])
  })
})
