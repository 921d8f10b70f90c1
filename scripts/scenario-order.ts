/**
 * Puts the scenarios into the order in which a search runs them, so that those come first which show most: runs each of them
 * against every simulated mutant, and writes harness/plan/scenario-order.ts. Takes ten minutes of one core.
 *
 * `npm run scenario-order [-- --rows FILE]`: with FILE what was measured is kept there, and taken from there where it exists.
 * With `--last` nothing is measured: what has no place yet comes last.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { judgedClauses, wantedOccasions } from '../harness/certificate/judged.ts'
import { fitPlan } from '../harness/plan/fit.ts'
import { loadScenarios, type Scenario, sortScenarios } from '../harness/plan/scenarios.ts'
import { failsBy } from '../harness/search/confirm.ts'
import { startSimulatedLanes } from '../harness/site/simulated/lanes.ts'
import { CLAUSES } from '../spec/index.ts'
import { isReal, loadMutants, MUTANTS_FOLDER } from './kill-matrix/collect.ts'

const FILE = new URL('../harness/plan/scenario-order.ts', import.meta.url)
const GOOD = 'memory'
/** What a run costs on real clocks beside the time that its plan lasts, ms. */
const AROUND = 600

/** One run of one scenario: of a mutant, or of the bus without a defect, which supplies the occasions. */
interface Row {
  readonly name: string
  readonly id: string
  readonly caught: boolean
  /** How long it lasted, ms of virtual time. */
  readonly at: number
  /** By clause, as shares of what it wants. */
  readonly shares: Readonly<Record<string, number>>
}

const { values } = parseArgs({ options: { rows: { type: 'string' }, last: { type: 'boolean' } } })
const scenarios = await loadScenarios(new URL('../scenarios/', import.meta.url))

async function measure(name: string, module: string, must: readonly string[]): Promise<Row[]> {
  await using running = await startSimulatedLanes(module, 1)
  const [lane] = running.lanes
  if (lane === undefined) throw new Error('there is one lane')
  const { claims } = running.adapter
  const rows: Row[] = []
  for (const { name: id, plan } of scenarios) {
    if (sortScenarios([{ name: id, plan }], { claims, outages: running.outages }).able.length === 0) continue
    const outcome = await lane.execute(fitPlan(plan, claims), { keepHistory: true })
    if (outcome.error !== null) throw new Error(`${name}, ${id}: ${outcome.error}`)
    const caught = must.some((clause) => failsBy(outcome, clause))
    const met = judgedClauses(CLAUSES, claims).map(
      (clause) => [clause.id, (outcome.findings[clause.id]?.occasions ?? 0) / wantedOccasions(clause)] as const,
    )
    const shares = name === GOOD ? Object.fromEntries(met.filter(([, share]) => share > 0)) : {}
    rows.push({ name, id, caught, at: outcome.history?.events.at(-1)?.at ?? 0, shares })
  }
  console.error(`${name}: caught by ${rows.filter(({ caught }) => caught).length} of ${rows.length} scenarios`)
  return rows
}

async function measureAll(): Promise<readonly Row[]> {
  const rows = await measure(GOOD, new URL('../adapters/memory/index.ts', import.meta.url).href, [])
  for (const { name, must } of await loadMutants()) {
    if (!isReal(name)) rows.push(...(await measure(name, new URL(`${name}.ts`, MUTANTS_FOLDER).href, must)))
  }
  return rows
}

async function measured(): Promise<readonly Row[]> {
  if (values.rows !== undefined && existsSync(values.rows))
    return JSON.parse(readFileSync(values.rows, 'utf8')) as Row[]
  const rows = await measureAll()
  if (values.rows !== undefined) writeFileSync(values.rows, JSON.stringify(rows))
  return rows
}

/**
 * Greedily, by what a scenario shows that those before it have not, for the time it takes. A mutant that is caught already
 * counts half as much each time, since on real clocks one run seldom shows all that it could.
 */
function ordered(rows: readonly Row[]): string[] {
  const times = new Map<string, number>()
  const met = new Map<string, number>()
  const metOf = (clause: string): number => Math.min(1, met.get(clause) ?? 0)
  const rowsOf = new Map(scenarios.map(({ name }) => [name, rows.filter(({ id }) => id === name)]))
  const worth = ({ name }: Scenario): number => {
    const own = rowsOf.get(name) ?? []
    const caught = own.filter((row) => row.caught).reduce((sum, row) => sum + 0.5 ** (times.get(row.name) ?? 0), 0)
    const supplied = own
      .flatMap(({ shares }) => Object.entries(shares))
      .reduce((sum, [clause, share]) => sum + Math.min(1, metOf(clause) + share) - metOf(clause), 0)
    const lasts = own.reduce((sum, { at }) => sum + at, 0) / Math.max(1, own.length)
    return (caught + supplied) / (AROUND + lasts)
  }
  const left = new Set(scenarios.toSorted((one, other) => (one.name < other.name ? -1 : 1)))
  const order: string[] = []
  while (left.size > 0) {
    const [best] = [...left].toSorted((one, other) => worth(other) - worth(one))
    if (best === undefined) break
    left.delete(best)
    order.push(best.name)
    for (const { name, caught, shares } of rowsOf.get(best.name) ?? []) {
      if (caught) times.set(name, (times.get(name) ?? 0) + 1)
      for (const [clause, share] of Object.entries(shares)) met.set(clause, (met.get(clause) ?? 0) + share)
    }
  }
  return order
}

/** Those that have no place are loaded last. */
const order = values.last === true ? scenarios.map(({ name }) => name) : ordered(await measured())
writeFileSync(
  FILE,
  `/** The names of the scenarios, those that show most for their time first. Written by \`npm run scenario-order\`: edit no line by hand. */
export const SCENARIO_ORDER: readonly string[] = [
${order.map((name) => `  '${name.replaceAll("'", "\\'")}',`).join('\n')}
]
`,
)
console.log(order.map((name, index) => `${String(index + 1).padStart(3)} ${name}`).join('\n'))
