/** `docs/shrinking.md`: how small the failures of mutants become. Measured rows stand in the page alone, and are read back. */
import { EFFORT } from '../../harness/effort.ts'
import { plural } from '../../harness/text.ts'
import { isReal } from '../kill-matrix/collect.ts'
import { median } from '../kill-matrix/page.ts'
import type { Measured } from './measure.ts'

export const PAGE = new URL('../../docs/shrinking.md', import.meta.url)

/** As far as it may be from the least. */
export const GOAL = 1.5
const ENDS: readonly Measured['ended'][] = ['minimal', 'budget', 'not reproduced']

export interface Row extends Measured {
  /** Size of the hand-written plan; null where there is none. */
  readonly least: number | null
  /** Day, as 2026-01-31. */
  readonly day: string
}

/** 1 where nothing happens in either plan. */
export const ratio = ({ shrunk, least }: Pick<Row, 'shrunk' | 'least'>): number | null => {
  if (least === null) return null
  return shrunk === least ? 1 : shrunk / least
}

export const reaches = (row: Pick<Row, 'shrunk' | 'least'>): boolean => (ratio(row) ?? Number.POSITIVE_INFINITY) <= GOAL

const ratioText = (row: Row): string => {
  const value = ratio(row)
  return value === null ? '' : Number.isFinite(value) ? value.toFixed(2) : '∞'
}

const link = (name: string): string => `[${name}](../mutants/${name}.ts)`

/** `own`: the cells of one table between those that both have. */
const cellsOf = (row: Row, own: readonly (string | number)[]): string =>
  [
    link(row.name),
    row.clause,
    row.found,
    row.shrunk,
    ...own,
    row.tried,
    row.seconds.toFixed(1),
    row.ended,
    `${row.failed} of ${row.of}`,
    row.day,
  ].join(' | ')

const simulatedRow = (row: Row): string => cellsOf(row, [row.least ?? 'none', ratioText(row)])
const realRow = (row: Row): string => cellsOf(row, [`${row.messages} and ${row.faults}`])

/** What earlier measurements left in the page, by mutant. */
export function rowsIn(page: string): Map<string, Row> {
  const rows = new Map<string, Row>()
  for (const line of page.split('\n')) {
    const cells = line.slice(2, -2).split(' | ')
    const name = /^\[(.+)\]\(\.\.\/mutants\//.exec(cells[0] ?? '')?.[1]
    if (name === undefined) continue
    const [, clause = '', found, shrunk, ...rest] = cells
    const [fourth = '', ...others] = rest
    const [tried, seconds, ended, failing = '', day = ''] = isReal(name) ? others : others.slice(1)
    const [messages = 0, faults = 0] = isReal(name) ? fourth.split(' and ').map(Number) : []
    const [failed = 0, of = 0] = failing.split(' of ').map(Number)
    rows.set(name, {
      name,
      clause,
      found: Number(found),
      shrunk: Number(shrunk),
      least: isReal(name) || fourth === 'none' ? null : Number(fourth),
      messages,
      faults,
      tried: Number(tried),
      seconds: Number(seconds),
      ended: ENDS.find((one) => one === ended) ?? 'minimal',
      failed,
      of,
      day,
    })
  }
  return rows
}

/** How many of those that were measured are small enough. */
export function summary(rows: readonly Row[], mutants: number): string {
  const good = rows.filter(reaches).length
  const percent = rows.length === 0 ? 'none' : `${((100 * good) / rows.length).toFixed(1)} %`
  const seconds = rows.map((row) => row.seconds)
  return [
    `${plural(mutants, 'mutant')}, ${rows.length} measured; ${good} of them (${percent}) shrink to at most ${GOAL} × the least.`,
    `Median time to shrink ${median(seconds).toFixed(1)} s, longest ${Math.max(0, ...seconds).toFixed(1)} s.`,
  ].join('\n')
}

/** The goal for a failure on a real broker. */
export const isSmall = ({ messages, faults, seconds, failed }: Row): boolean =>
  messages <= 3 && faults <= 1 && seconds <= 180 && failed > 0

export function realSummary(rows: readonly Row[], mutants: number): string {
  const longest = Math.max(0, ...rows.map(({ seconds }) => seconds))
  return `${plural(mutants, 'mutant')}, ${rows.length} measured; ${rows.filter(isSmall).length} of them shrink to at most 3 messages and 1 fault within 180 s, and fail again; longest ${longest.toFixed(1)} s.`
}

export interface ShrinkingPage {
  readonly mutants: readonly { readonly name: string }[]
  readonly rows: ReadonlyMap<string, Row>
}

export function renderPage({ mutants, rows }: ShrinkingPage): string {
  const chosen = (real: boolean): Row[] =>
    mutants.filter(({ name }) => isReal(name) === real).flatMap(({ name }) => rows.get(name) ?? [])
  const simulated = mutants.filter(({ name }) => !isReal(name))
  const without = simulated.filter(({ name }) => !rows.has(name)).map(({ name }) => name)
  return [
    ...HEAD,
    summary(chosen(false), simulated.length),
    '',
    ...(without.length === 0 ? [] : [`Not measured, or no single run fails: ${without.join(', ')}.`, '']),
    '| mutant | clause | found | shrunk | least | ratio | plans tried | s | ended | again | day |',
    '|---|---|---|---|---|---|---|---|---|---|---|',
    ...chosen(false).map((row) => `| ${simulatedRow(row)} |`),
    '',
    ...REAL_HEAD,
    realSummary(chosen(true), chosen(true).length),
    '',
    ...REAL_COLUMNS,
    ...chosen(true).map((row) => `| ${realRow(row)} |`),
    '',
  ].join('\n')
}

const HEAD = [
  '# The size of shrunk failures',
  '',
  '`npm run shrinking -- --write` writes this page; edit the mutants and `mutants/minimal.ts` instead. For each mutant it runs plans',
  'until a clause that must catch the mutant does, and shrinks the plan of that run, for at most 20 s of processor time. On an idle',
  'machine, this equals the wall-clock time.',
  '',
  'The *size* of a plan is one for each message, fault, outage, kill, close, manual breaker operation, unreadable record, and series of',
  'opened and closed buses; one for each consumer and each node beyond the first; and one for each consumer that leaves. Times, settings',
  'and contents do not count. *Least* is the size of the smallest plan that a person found to show the defect: see `minimal` in the',
  'mutant, and `mutants/minimal.ts`. Size 0 means that the probes at the end of every run show it. *Again* is how often the shrunk plan',
  'failed when it was run again.',
  '',
  '## In simulation: `npm run shrinking`',
  '',
]

const REAL_HEAD = [
  '## On real brokers and databases: `npm run shrinking -- --real postgres/ kafka/`',
  '',
  `At most ${EFFORT.default.real.shrink / 1_000} s of wall-clock time each, plus the rest of the last run.`,
  '',
]

const REAL_COLUMNS = [
  '| mutant | clause | found | shrunk | messages and faults | plans tried | s | ended | again | day |',
  '|---|---|---|---|---|---|---|---|---|---|',
]
