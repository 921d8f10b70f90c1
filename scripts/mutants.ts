/**
 * Hunts every mutant: an adapter with one defect must be caught by a clause that speaks of it, and by no clause that does
 * not. Prints the matrix; ends with an error unless all are caught as required.
 *
 * `npm run mutants [-- NAME...] [-- --real] [-- --seeds N] [-- --write]`: mutants whose path contains a NAME; `--real` adds
 * those on PostgreSQL and Kafka; `--seeds` hunts each with the seeds 1 to N, and demands that 19 of 20 catch it; `--write`
 * writes what came out into docs/kill-matrix.md, and all mutants into mutants/index.jsonl.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { compileLate } from '../harness/compile-late.ts'
import { indexOf, MUTANTS_INDEX, type Mutant } from '../harness/mutants.ts'
import { plural } from '../harness/text.ts'
import { CLAUSES } from '../spec/index.ts'
import { isReal, loadMutants } from './kill-matrix/collect.ts'
import { type Hunt, hunt, isProven } from './kill-matrix/hunt.ts'
import { type Kill, killOf, killsIn, median, PAGE, renderPage } from './kill-matrix/page.ts'
import { huntWithSeeds, isReliable, type SeededHunt } from './kill-matrix/seeds.ts'
import { refuseUnknown } from './names.ts'
import { sideBySide } from './side-by-side.ts'
import { wholeNumber } from './whole-number.ts'

compileLate()
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    real: { type: 'boolean', default: false },
    seeds: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})

/** What the page has of other mutants stays as it is. */
function writePage(
  mutants: readonly Mutant[],
  name: string,
  change: (kill: Kill | undefined) => Kill | undefined,
): void {
  const kills = killsIn(existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '')
  const kill = change(kills.get(name))
  if (kill !== undefined) kills.set(name, kill)
  writeFileSync(PAGE, renderPage({ mutants, clauses: CLAUSES, kills }))
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(1).padStart(5)

function line(must: readonly string[], found: Hunt, width: number): string {
  const caught = found.caughtBy.length > 0 ? found.caughtBy.join(' ') : 'ESCAPED'
  const extra = [
    ...found.wrong.map((clause) => `WRONG ${clause}`),
    ...(found.error === null ? [] : [`ERROR ${found.error}`]),
  ]
  const times = `${String(found.runs).padStart(4)} runs  ${seconds(found.catchMs)} s of ${seconds(found.tookMs)} s`
  return [
    found.name.padEnd(width),
    `must ${must.join(' ').padEnd(28)}`,
    `caught by ${caught.padEnd(28)}`,
    times,
    ...extra,
  ]
    .join('  ')
    .trimEnd()
}

const seeds = values.seeds === undefined ? null : wholeNumber('seeds', values.seeds, 1)
const mutants = await loadMutants()
const all = mutants.filter(({ name }) => values.real || !isReal(name))
refuseUnknown(positionals, {
  isKnown: (part) => all.some(({ name }) => name.includes(part)),
  sentence: (part) =>
    `there is no mutant ${part}: name a part of a path below mutants/, and add --real for those on PostgreSQL and Kafka`,
})
const wanted = all.filter(({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)))
if (values.write) writeFileSync(MUTANTS_INDEX, indexOf(mutants))
const hunts: Hunt[] = []
const seeded: SeededHunt[] = []
const width = Math.max(0, ...wanted.map(({ name }) => name.length))

async function huntOne(mutant: Mutant): Promise<void> {
  const found = await hunt(mutant)
  hunts.push(found)
  if (values.write)
    writePage(mutants, mutant.name, (kill) => (found.error === null ? killOf(found, kill?.seeds ?? null) : kill))
  console.log(line(mutant.must, found, width))
}

async function huntWithAll(mutant: Mutant, seeds: number): Promise<void> {
  const found = await huntWithSeeds(mutant, seeds)
  seeded.push(found)
  const { name, caught, of, missed, mostRuns } = found
  if (values.write) writePage(mutants, name, (kill) => kill && { ...kill, seeds: { caught, of } })
  const most = caught === 0 ? [] : [`at most ${plural(mostRuns, 'run')}`]
  console.log([name.padEnd(width), `${caught} of ${of} seeds`, ...most, ...missed].join('  '))
}

const [real, simulated] = [wanted.filter(({ name }) => isReal(name)), wanted.filter(({ name }) => !isReal(name))]
const work = seeds === null ? huntOne : (mutant: Mutant): Promise<void> => huntWithAll(mutant, seeds)
await sideBySide(availableParallelism(), simulated, work)
await sideBySide(1, real, work)
if (seeds === null) {
  const caught = hunts.filter(({ caughtBy }) => caughtBy.length > 0).length
  const wrong = hunts.filter((found) => found.wrong.length > 0).length
  console.log(
    `${plural(hunts.length, 'mutant')}, ${caught} caught, ${hunts.length - caught} escaped, ${wrong} by the wrong clause; median time to catch ${seconds(median(hunts.map(({ catchMs }) => catchMs))).trim()} s`,
  )
  process.exitCode = hunts.length > 0 && hunts.every(isProven) ? 0 : 1
} else {
  const reliable = seeded.filter(isReliable).length
  console.log(
    `${plural(seeded.length, 'mutant')}, ${reliable} caught with 19 of 20 seeds or more, and by no wrong clause`,
  )
  process.exitCode = seeded.length > 0 && reliable === seeded.length ? 0 : 1
}
