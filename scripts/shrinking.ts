/**
 * Measures how small the failure of each mutant becomes, against the least plan that shows it. Ends with an error when fewer
 * than nine in ten come near enough.
 *
 * `npm run shrinking [-- NAME...] [-- --real] [-- --write] [-- --keep FOLDER]`: mutants whose path contains a NAME; `--real` takes those on
 * PostgreSQL and Kafka instead; `--write` writes what came out into docs/shrinking.md;
 * `--keep` writes each shrunk plan into a folder.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { EFFORT } from '../harness/effort.ts'
import type { Plan } from '../harness/plan/plan.ts'
import { stepsIn } from '../harness/plan/size.ts'
import { isReal, loadMutants } from './kill-matrix/collect.ts'
import { refuseUnknown } from './names.ts'
import { leastOf } from './shrinking/least.ts'
import { type Measured, measure } from './shrinking/measure.ts'
import { isSmall, PAGE, type Row, ratio, reaches, realSummary, renderPage, rowsIn, summary } from './shrinking/page.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    real: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    keep: { type: 'string' },
  },
})

const SHARE = 0.9
const site = values.real ? 'real' : 'simulated'

const mutants = await loadMutants()
const all = mutants.filter(({ name }) => isReal(name) === values.real)
refuseUnknown(positionals, {
  isKnown: (part) => all.some(({ name }) => name.includes(part)),
  sentence: (part) =>
    `there is no mutant ${part}: name a part of a path below mutants/, and add --real for those on PostgreSQL and Kafka`,
})
const wanted = all.filter(({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)))

/** What the page has of other mutants stays as it is, but for the least that is known of them now. */
async function writeRows(fresh: readonly Row[]): Promise<void> {
  const rows = rowsIn(existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '')
  for (const row of fresh) rows.set(row.name, row)
  for (const row of rows.values()) rows.set(row.name, { ...row, least: await leastSize(row.name) })
  writeFileSync(PAGE, renderPage({ mutants, rows }))
}

async function leastSize(name: string): Promise<number | null> {
  const least = await leastOf(name)
  return least === null ? null : stepsIn(least.plan)
}

function keepPlan({ name, clause }: Measured, plan: Plan): void {
  if (values.keep === undefined) return
  mkdirSync(values.keep, { recursive: true })
  writeFileSync(
    join(values.keep, `${name.replace('/', '--')}.json`),
    JSON.stringify({ name, text: clause, plan }, null, 2),
  )
}

function line(row: Row): string {
  const value = values.real ? null : ratio(row)
  const against = values.real ? '' : value === null ? 'no least plan' : `least ${row.least}, ${value.toFixed(2)} ×`
  return [
    row.name.padEnd(48),
    row.clause.padEnd(14),
    `${row.found} → ${row.shrunk}`.padEnd(8),
    `(${row.messages} messages, ${row.faults} faults)`,
    against.padEnd(18),
    `${row.tried} plans, ${row.seconds.toFixed(1)} s, ${row.ended}`,
    `again ${row.failed} of ${row.of}`,
  ].join('  ')
}

const rows: Row[] = []
for (const mutant of wanted) {
  const found = await measure(mutant, { site, budget: EFFORT.default[site].shrink })
  if (found === null) {
    console.log(`${mutant.name.padEnd(48)}  no single run fails`)
    continue
  }
  const { plan, ...measured } = found
  const row: Row = { ...measured, least: await leastSize(mutant.name), day: new Date().toISOString().slice(0, 10) }
  rows.push(row)
  keepPlan(measured, plan)
  if (values.write) await writeRows([row])
  console.log(line(row))
}
const small = values.real ? isSmall : reaches
console.log(values.real ? realSummary(rows, wanted.length) : summary(rows, wanted.length))
process.exitCode = rows.length > 0 && rows.filter(small).length >= SHARE * rows.length ? 0 : 1
