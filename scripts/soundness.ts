/**
 * Certifies correct buses with random seeds: any violation is a bug of the bus or a false alarm of a check.
 * `npm run soundness -- --adapter memory --site simulated --runs 2000 [--seed N] [--record FILE]`; `--adapter all` is every
 * correct bus that runs in simulation, which share the runs: `npm run soak` makes 100,000. With `--record` each certificate is
 * a line of FILE, and what FILE has of the same commit counts: a soak that was ended goes on where it was.
 */
import { execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import type { Certificate } from '../harness/certificate/certificate.ts'
import { certify } from '../harness/certify.ts'
import { compileLate } from '../harness/compile-late.ts'
import { EFFORT } from '../harness/effort.ts'
import { resolveAdapter } from '../harness/load/find-adapter.ts'
import { renderConsole } from '../harness/report/console.ts'
import { OTHER_STYLES } from '../test/buses/list.ts'
import { sideBySide } from './side-by-side.ts'
import { wholeNumber } from './whole-number.ts'

compileLate()
const { values } = parseArgs({
  options: {
    adapter: { type: 'string', default: 'memory' },
    site: { type: 'string', default: 'simulated' },
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string' },
    record: { type: 'string' },
  },
})

const VARIANTS = [
  'all-options',
  'breaker-around-retries',
  'by-key',
  'degraded',
  'enveloped',
  'observed',
  'outbox',
  'pooled',
  'writing',
  'writing-optional',
]
const ALL = [
  'memory',
  'onex-memory',
  'in-process',
  ...VARIANTS.map((name) => `./adapters/memory/${name}.ts`),
  ...OTHER_STYLES.map((name) => `./test/buses/${name}`),
  './examples/own-bus.ts',
]

/** Runs of one certificate; the next one has another seed. */
const AT_ONCE = { simulated: 1_000, real: 50 }

const site = values.site === 'real' ? 'real' : 'simulated'
const wanted = wholeNumber('runs', values.runs, 1)
if (values.adapter === 'all' && site === 'real') {
  console.error('--adapter all: name one adapter, or leave out --site real')
  process.exit(2)
}
const adapters = values.adapter === 'all' ? ALL : [values.adapter]
let seed = values.seed === undefined ? randomInt(0xffff_ffff) : Number(values.seed)

/** One certificate, which `seed` gives again on the same commit. */
interface Judged {
  readonly commit: string
  readonly adapter: string
  readonly seed: number
  readonly runs: number
  readonly events: number
  readonly landed: number
  readonly missed: number
  /** That failed, or the error that ended the certificate. */
  readonly violated: readonly string[]
  /** That stayed short of occasions in as many runs as should do, though the bus claims what they judge. */
  readonly inconclusive: readonly string[]
}

const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim()

/** A tree that was changed is no version. */
function versionToRecord(): string {
  if (git('status', '--porcelain') !== '') {
    console.error('--record: the working tree has changes: commit them, or record in a clone')
    process.exit(2)
  }
  return git('rev-parse', '--short=12', 'HEAD')
}

const file = values.record
const commit = file === undefined ? '' : versionToRecord()

function recorded(): readonly Judged[] {
  if (file === undefined || !existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
  return lines.map((line): Judged => JSON.parse(line)).filter((judged) => judged.commit === commit)
}

const judged: Judged[] = recorded().filter(({ adapter }) => adapters.includes(adapter))

/** As many runs as a certificate makes by default: with fewer, clauses may be short of occasions. */
const WHOLE = EFFORT.default.simulated.runs

const clausesOf = ({ verdicts }: Certificate, wanted: 'fail' | 'inconclusive'): string[] =>
  verdicts.filter(({ verdict }) => verdict === wanted).map(({ clause }) => clause)

/** How many runs were made. */
async function judge(adapter: string, most: number): Promise<number> {
  const own = seed
  seed = (seed + 1) % 0xffff_ffff
  const module = await resolveAdapter(adapter, process.cwd())
  const certificate = await certify(module, { site, seed: own, runs: Math.min(AT_ONCE[site], most), bail: false })
  const { runs, events, error, faults } = certificate
  const violated = [...clausesOf(certificate, 'fail'), ...(error === null ? [] : [error])]
  const inconclusive = runs < WHOLE ? [] : clausesOf(certificate, 'inconclusive')
  const landed = Object.values(faults.landed).reduce((sum, count) => sum + count, 0)
  const found = { commit, adapter, seed: own, runs, events, landed, missed: faults.missed, violated, inconclusive }
  judged.push(found)
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(found)}\n`)
  if (violated.length > 0) console.log(renderConsole(certificate))
  const short = inconclusive.length === 0 ? '' : `, inconclusive: ${inconclusive.join(', ')}`
  console.log(`${adapter}, seed ${own}: ${runs} runs, ${violated.length > 0 ? 'VIOLATED' : 'no violation'}${short}`)
  return runs
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
const runsOf = (wanted: string): number =>
  sum(judged.filter(({ adapter }) => adapter === wanted).map(({ runs }) => runs))

const share = Math.ceil(wanted / adapters.length)
const left = new Set(adapters.filter((adapter) => runsOf(adapter) < share))
let isStuck = false
// In turns, so that all were judged alike when somebody ends it.
while (left.size > 0 && !isStuck) {
  await sideBySide(site === 'simulated' ? availableParallelism() : 1, [...left], async (adapter) => {
    const made = await judge(adapter, share - runsOf(adapter))
    isStuck ||= made === 0
    if (runsOf(adapter) >= share) left.delete(adapter)
  })
}

const unsound = judged.filter(({ violated }) => violated.length > 0).length
const short = judged.filter(({ inconclusive }) => inconclusive.length > 0).length
const [runs, events, landed, missed] = (['runs', 'events', 'landed', 'missed'] as const).map((name) =>
  sum(judged.map((one) => one[name])),
)
console.log(
  `${runs} runs of ${values.adapter} (${site})${commit === '' ? '' : ` at ${commit}`}, ${events} events, ${landed} faults landed, ${missed} missed: ${unsound} certificates with a violation or an error, ${short} with something inconclusive`,
)
process.exitCode = unsound === 0 && !isStuck ? 0 : 1
