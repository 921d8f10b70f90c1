/**
 * Certifies a bus on the real site, time and again, beside two programs that keep two cores busy: what such a machine makes late
 * is not the bus's. A line each; ends with an error unless all were certified. What was not is kept, with its history, under
 * `.busproof/under-load/`.
 *
 * `npm run under-load -- --adapter kafkajs|postgres|memory [--times 20] [--runs N] [--seed N]`
 */
import { randomInt } from 'node:crypto'
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Certificate } from '../harness/certificate/certificate.ts'
import { certify } from '../harness/certify.ts'
import { SiteError } from '../harness/errors.ts'
import { resolveAdapter } from '../harness/load/find-adapter.ts'
import { makeOwnFolder } from '../harness/own-folder.ts'
import { ownName } from '../harness/process/leases/identity.ts'
import { startProgram } from '../harness/process/program.ts'
import { conclusion, renderConsole } from '../harness/report/console.ts'
import { RUNS_FOLDER } from '../harness/site/start.ts'
import { wholeNumber } from './whole-number.ts'

const KEPT = '.busproof/under-load'
const BUSY = 2

const { values } = parseArgs({
  options: {
    adapter: { type: 'string', default: 'memory' },
    times: { type: 'string', default: '20' },
    runs: { type: 'string' },
    seed: { type: 'string' },
  },
})

const times = wholeNumber('times', values.times, 1)
const runs = values.runs === undefined ? {} : { runs: wholeNumber('runs', values.runs, 1) }
const first = values.seed === undefined ? randomInt(2 ** 31) : wholeNumber('seed', values.seed, 0)
const module = await resolveAdapter(values.adapter, process.cwd())

/** In a few words why it is not certified; null where it is. */
async function attempt(seed: number): Promise<string | null> {
  const folder = join(KEPT, `${values.adapter.replaceAll(/\W+/g, '-')}-${seed}`)
  try {
    // Told as found: a false alarm is looked for in the history that it was raised over.
    const certificate = await certify(module, { site: 'real', seed, shrink: 0, failures: folder, ...runs })
    if (certificate.certified) return null
    await keep(folder, certificate)
    return `${conclusion(certificate)}. Kept in ${folder}.`
  } catch (error) {
    if (!(error instanceof SiteError)) throw error
    return error.message
  }
}

async function keep(folder: string, certificate: Certificate): Promise<void> {
  await mkdir(folder, { recursive: true })
  // A run that ended with an error is no failure, so that nothing else keeps its history.
  for (const file of await readdir(RUNS_FOLDER)) {
    if (file.startsWith(ownName())) await copyFile(join(RUNS_FOLDER, file), join(folder, file))
  }
  await writeFile(join(folder, 'certificate.json'), `${JSON.stringify(certificate, null, 2)}\n`)
  await writeFile(join(folder, 'certificate.txt'), `${renderConsole(certificate)}\n`)
}

await makeOwnFolder(KEPT)
const busy = await Promise.all(
  Array.from({ length: BUSY }, () => startProgram(process.execPath, ['-e', 'for (;;) {}'], { end: 'SIGKILL' })),
)
let certified = 0
try {
  for (let time = 0; time < times; time++) {
    const seed = (first + time) % 2 ** 31
    const began = performance.now()
    const why = await attempt(seed)
    const took = `${((performance.now() - began) / 1_000).toFixed(0)} s`
    if (why === null) certified += 1
    console.log(`${values.adapter}, seed ${seed}, ${took}: ${why ?? 'certified'}`)
  }
} finally {
  for (const program of busy) await program.stop()
}
console.log(`${certified} of ${times} certified`)
process.exitCode = certified === times ? 0 : 1
