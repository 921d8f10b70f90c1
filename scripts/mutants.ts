/**
 * Hunts every mutant: an adapter with one defect must be caught by a clause that speaks of it, and by no clause that does
 * not. Prints the matrix; ends with an error unless all are caught as they must be.
 *
 * `npm run mutants [-- NAME...] [-- --real]`: mutants whose path contains a NAME; `--real` adds those on PostgreSQL and Kafka.
 */
import { readdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { certify } from '../harness/certify.ts'
import type { Defect } from '../mutants/mutant.ts'
import { refuseUnknown } from './names.ts'

const ROOT = new URL('../mutants/', import.meta.url)
/** Generated runs until a mutant counts as escaped, twice that while clauses lack occasions. */
const RUNS = { simulated: 300, real: 30 } as const
/** Folders whose mutants stand on something that must be started. */
const REAL: ReadonlySet<string> = new Set(['postgres', 'kafka'])
const SEED = 1

interface Hunt {
  readonly name: string
  readonly must: readonly string[]
  readonly caughtBy: readonly string[]
  readonly wrong: readonly string[]
  readonly error: string | null
  readonly runs: number
  readonly tookMs: number
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { real: { type: 'boolean', default: false } },
})

async function names(): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(ROOT, { withFileTypes: true, recursive: true })) {
    const path = `${entry.parentPath}/${entry.name}`.slice(fileURLToPath(ROOT).length).replace(/^\//, '')
    if (entry.isFile() && path.includes('/') && path.endsWith('.ts')) found.push(path.replace(/\.ts$/, ''))
  }
  return found.sort()
}

async function hunt(name: string): Promise<Hunt> {
  const module = new URL(`${name}.ts`, ROOT)
  const { defect } = (await import(module.href)) as { defect: Defect }
  const site = REAL.has(dirname(name)) ? 'real' : 'simulated'
  const began = performance.now()
  const certificate = await certify(module, {
    site,
    seed: SEED,
    runs: RUNS[site],
    bail: defect.must,
    failures: null,
    shrink: 0,
  })
  const failed = certificate.verdicts.filter(({ verdict }) => verdict === 'fail').map(({ clause }) => clause)
  return {
    name,
    must: defect.must,
    caughtBy: failed.filter((clause) => defect.must.includes(clause)),
    wrong: failed.filter((clause) => !defect.must.includes(clause) && defect.may?.includes(clause) !== true),
    error: certificate.error,
    runs: certificate.runs,
    tookMs: performance.now() - began,
  }
}

const all = (await names()).filter((name) => values.real || !REAL.has(dirname(name)))
refuseUnknown(positionals, {
  isKnown: (part) => all.some((name) => name.includes(part)),
  sentence: (part) =>
    `there is no mutant ${part}: name a part of a path below mutants/, and add --real for those on PostgreSQL and Kafka`,
})
const wanted = all.filter((name) => positionals.length === 0 || positionals.some((part) => name.includes(part)))
const rows: Hunt[] = []
const width = Math.max(0, ...wanted.map((name) => name.length))
for (const name of wanted) {
  const row = await hunt(name)
  rows.push(row)
  const caught = row.caughtBy.length > 0 ? row.caughtBy.join(' ') : 'ESCAPED'
  const extra = [
    ...row.wrong.map((clause) => `WRONG ${clause}`),
    ...(row.error === null ? [] : [`ERROR ${row.error}`]),
  ].join('  ')
  console.log(
    `${name.padEnd(width)}  must ${row.must.join(' ').padEnd(28)}  caught by ${caught.padEnd(28)}  ${String(row.runs).padStart(4)} runs  ${(row.tookMs / 1000).toFixed(1).padStart(5)} s  ${extra}`.trimEnd(),
  )
}
const caught = rows.filter(({ caughtBy }) => caughtBy.length > 0).length
const wrong = rows.filter((row) => row.wrong.length > 0).length
const broken = rows.filter(({ error }) => error !== null).length
console.log(`${rows.length} mutants, ${caught} caught, ${rows.length - caught} escaped, ${wrong} by the wrong clause`)
process.exitCode = rows.length > 0 && caught === rows.length && wrong === 0 && broken === 0 ? 0 : 1
