import { expect, test } from 'vitest'
import { CLAUSES } from '../../spec/index.ts'
import { type Kill, killsIn, median, renderPage } from './page.ts'

const mutant = (name: string, must: readonly string[], may: readonly string[] = []) => ({ name, text: name, must, may })

const kill = (name: string, more: Partial<Kill> = {}): Kill => ({
  name,
  caughtBy: [],
  company: [],
  wrong: [],
  runs: 3,
  catches: 0.25,
  took: 1.5,
  tried: '2026-01-31',
  cores: 2,
  load: 1,
  seeds: null,
  ...more,
})

const clauses = CLAUSES.slice(0, 2)
const mutants = [
  mutant('delivery/caught', ['delivery/1', 'delivery/2'], ['delivery/6', 'delivery/7']),
  mutant('delivery/accused', ['delivery/2']),
  mutant('delivery/escaped', ['delivery/2']),
  mutant('delivery/new', ['delivery/1']),
  mutant('postgres/real', ['delivery/1']),
]
const kills = new Map<string, Kill>([
  ['delivery/caught', kill('delivery/caught', { caughtBy: ['delivery/1'], company: ['delivery/6', 'delivery/7'] })],
  ['delivery/accused', kill('delivery/accused', { caughtBy: ['delivery/2'], wrong: ['retry/1'], catches: 12.5 })],
  ['delivery/escaped', kill('delivery/escaped', { runs: 900, catches: 0.75, seeds: { caught: 13, of: 20 } })],
])
const page = renderPage({ mutants, clauses, kills })

test('what was measured is read back from the page as it was', () => {
  expect(killsIn(page)).toEqual(kills)
  expect(killsIn('')).toEqual(new Map())
})

test('the page counts what was caught, and the median of the times to catch', () => {
  expect(page).toContain(
    '4 mutants, 3 tried, 1 caught as required, 1 by a wrong clause; median time to catch 0.75 s, in all 1.50 s. 1 tried with several seeds; each caught with 65 % of them or more.',
  )
  expect(page).toContain('1 mutant, 0 tried, 0 caught as required, 0 by a wrong clause; no times.')
})

test('the page names escaped mutants, false alarms and untried mutants', () => {
  const row = (name: string): string => page.split('\n').find((line) => line.startsWith(`| [delivery/${name}]`)) ?? ''
  expect(row('escaped')).toContain('| ESCAPED |')
  expect(row('accused')).toContain('| delivery/2 WRONG:retry/1 |')
  expect(row('new')).toContain('| not tried |')
})

test('a clause has the mutants that it has caught apart from those that another one was enough for', () => {
  const proofs = page.slice(page.indexOf('## The clauses')).split('\n')
  const cells = (id: string): string[] => proofs.find((line) => line.startsWith(`| ${id} `))?.split(' | ') ?? []
  expect(cells('delivery/1').slice(3)).toEqual(['delivery/caught', 'delivery/new, postgres/real |'])
  expect(cells('delivery/2').slice(3)).toEqual(['delivery/accused', 'delivery/caught, delivery/escaped |'])
})

test('the median of an even number lies between the two in the middle', () => {
  expect(median([9, 1, 5])).toBe(5)
  expect(median([4, 1, 2, 9])).toBe(3)
})
