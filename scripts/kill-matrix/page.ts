/** `docs/kill-matrix.md`: who caught which mutant. What was measured stands in the page alone, and is read back from it. */
import { availableParallelism, loadavg } from 'node:os'
import { checkFile } from '../../harness/check/index.ts'
import type { Mutant } from '../../harness/mutants.ts'
import { plural } from '../../harness/text.ts'
import type { Clause } from '../../spec/clause.ts'
import { isReal } from './collect.ts'
import type { Hunt } from './hunt.ts'
import type { Seeds } from './seeds.ts'

export const PAGE = new URL('../../docs/kill-matrix.md', import.meta.url)

/** One mutant as it was hunted last. */
export interface Kill {
  readonly name: string
  readonly caughtBy: readonly string[]
  readonly company: readonly string[]
  readonly wrong: readonly string[]
  readonly runs: number
  /** s, with two places. */
  readonly catches: number
  readonly took: number
  /** Day, as 2026-01-31. */
  readonly tried: string
  readonly cores: number
  /** The machine's load average over a minute, as it was by then: beyond the cores, something else ran beside it. */
  readonly load: number
  /** With how many seeds it was caught as required, when that was tried last. */
  readonly seeds: Seeds | null
}

export function killOf({ name, caughtBy, company, wrong, runs, catchMs, tookMs }: Hunt, seeds: Seeds | null): Kill {
  const seconds = (ms: number): number => Number((ms / 1_000).toFixed(2))
  const tried = new Date().toISOString().slice(0, 10)
  return {
    name,
    caughtBy,
    company,
    wrong,
    runs,
    catches: seconds(catchMs),
    took: seconds(tookMs),
    tried,
    cores: availableParallelism(),
    load: Math.round(loadavg()[0] ?? 0),
    seeds,
  }
}

export const isCaught = ({ caughtBy, wrong }: Kill): boolean => caughtBy.length > 0 && wrong.length === 0

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  const [low = 0, high = 0] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]]
  return (low + high) / 2
}

const list = (clauses: readonly string[]): string => clauses.join(' ')
const named = (text: string): string[] => text.split(' ').filter((clause) => clause !== '')

function row({ name, must, may }: Mutant, kill: Kill | undefined): string {
  const link = `[${name}](../mutants/${name}.ts)`
  const measured =
    kill === undefined
      ? ['not tried', '', '', '', '', '', '']
      : [
          `${list(kill.caughtBy) || 'ESCAPED'}${kill.wrong.map((clause) => ` WRONG:${clause}`).join('')}`,
          list(kill.company),
          String(kill.runs),
          kill.catches.toFixed(2),
          kill.took.toFixed(2),
          `${kill.tried}, ${kill.cores} cores, load ${kill.load}`,
          kill.seeds === null ? '' : `${kill.seeds.caught} of ${kill.seeds.of}`,
        ]
  const [caught = '', company = '', ...figures] = measured
  return `| ${[link, list(must), caught, list(may), company, ...figures].join(' | ')} |`
}

/** What earlier hunts left in the page, by mutant. */
export function killsIn(page: string): Map<string, Kill> {
  const kills = new Map<string, Kill>()
  for (const line of page.split('\n')) {
    const cells = line.slice(2, -2).split(' | ')
    const name = /^\[(.+)\]\(\.\.\/mutants\//.exec(cells[0] ?? '')?.[1]
    const [, , caught = '', , company = '', runs = '', catches = '', took = '', tried = '', seeds = ''] = cells
    if (name === undefined || runs === '') continue
    const clauses = named(caught)
    const [, caughtWith, of] = /^(\d+) of (\d+)$/.exec(seeds) ?? []
    kills.set(name, {
      name,
      caughtBy: clauses.filter((clause) => /^[a-z-]+\/\d+$/.test(clause)),
      company: named(company),
      wrong: clauses.filter((clause) => clause.startsWith('WRONG:')).map((clause) => clause.slice('WRONG:'.length)),
      runs: Number(runs),
      catches: Number(catches),
      took: Number(took),
      tried: tried.slice(0, 10),
      cores: Number(/(\d+) cores/.exec(tried)?.[1]),
      load: Number(/load (\d+)/.exec(tried)?.[1]),
      seeds: of === undefined ? null : { caught: Number(caughtWith), of: Number(of) },
    })
  }
  return kills
}

const COLUMNS =
  '| mutant | must catch it | caught by | may catch it | company | runs | to catch, s | in all, s | tried | seeds |\n|---|---|---|---|---|---|---|---|---|---|'

function summary(mutants: readonly Mutant[], kills: ReadonlyMap<string, Kill>): string {
  const tried = mutants.flatMap(({ name }) => kills.get(name) ?? [])
  const caught = tried.filter(isCaught)
  const wrong = tried.filter((kill) => kill.wrong.length > 0)
  const times = `median time to catch ${median(tried.map(({ catches }) => catches)).toFixed(2)} s, in all ${median(tried.map(({ took }) => took)).toFixed(2)} s`
  const seeded = tried.flatMap(({ seeds }) => seeds ?? [])
  const least = Math.min(...seeded.map(({ caught, of }) => caught / of))
  const reliably =
    seeded.length === 0
      ? ''
      : ` ${seeded.length} tried with several seeds; each caught with ${Math.floor(least * 100)} % of them or more.`
  return `${plural(mutants.length, 'mutant')}, ${tried.length} tried, ${caught.length} caught as required, ${wrong.length} by a wrong clause; ${tried.length === 0 ? 'no times' : times}.${reliably}`
}

export interface Matrix {
  readonly mutants: readonly Mutant[]
  readonly clauses: readonly Clause[]
  readonly kills: ReadonlyMap<string, Kill>
}

export function renderPage({ mutants, clauses, kills }: Matrix): string {
  const part = (real: boolean): string[] => {
    const chosen = mutants.filter(({ name }) => isReal(name) === real)
    return [summary(chosen, kills), '', COLUMNS, ...chosen.map((mutant) => row(mutant, kills.get(mutant.name)))]
  }
  const proofs = clauses.map(({ id, title }) => {
    const owing = mutants.filter(({ must }) => must.includes(id))
    const cell = (found: boolean): string =>
      owing
        .filter(({ name }) => (kills.get(name)?.caughtBy.includes(id) ?? false) === found)
        .map(({ name }) => name)
        .join(', ')
    return `| ${id} | ${title} | [${checkFile(id)}](../${checkFile(id)}) | ${cell(true)} | ${cell(false)} |`
  })
  return [...HEAD, ...part(false), '', ...REAL_HEAD, ...part(true), '', ...CLAUSE_HEAD, ...proofs, ''].join('\n')
}

const HEAD = [
  '# The kill matrix',
  '',
  '`npm run mutants -- --write` writes this page; edit the mutants instead. A mutant is a correct bus with exactly one defect. At least one',
  'clause of the second column must catch it. The clauses of the fourth column may catch it; any other clause that does is a false',
  'alarm. `npm run mutants -- --write NAME` runs only the mutants whose path contains the name, and keeps the other rows.',
  '',
  '*Runs* is the number of runs until a clause that must catch the mutant did, scenarios first. *To catch* is the wall-clock time from the',
  'start of the first run until then; *in all* adds loading the adapter, starting the site and closing it. *Load* is the number of',
  'programs that competed for the processor; if it exceeds the number of cores, the times are too long. In simulation each search has one',
  'thread, and as many searches run at once as there are cores. The times do not carry over to other machines, and no test depends on',
  'them. *Seeds* is what `npm run mutants -- --seeds 20 --write` found: with how many of 20 seeds the mutant is caught as required.',
  '',
  '## In simulation: `npm run mutants`',
  '',
]

const REAL_HEAD = ['## On real brokers and databases: `npm run mutants -- --real postgres/ kafka/`', '']

const CLAUSE_HEAD = [
  '## The clauses and their proofs',
  '',
  'If one of several clauses is enough to catch a mutant, the last column lists the mutant for the others.',
  '',
  '| clause | title | check | caught | caught by another clause |',
  '|---|---|---|---|---|',
]
