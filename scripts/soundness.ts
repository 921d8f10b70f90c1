/**
 * Certifies correct buses with random seeds: any violation is a bug of the bus or a false alarm of a check.
 * `npm run soundness -- --adapter memory --site simulated --runs 2000 [--seed N]`; `--adapter all` is every correct bus that
 * runs in simulation, which share the runs: `npm run soak` makes 100,000.
 */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import type { Certificate } from '../harness/certificate/certificate.ts'
import { certify } from '../harness/certify.ts'
import { compileLate } from '../harness/compile-late.ts'
import { EFFORT } from '../harness/effort.ts'
import { resolveAdapter } from '../harness/load/find-adapter.ts'
import { renderConsole } from '../harness/report/console.ts'
import { OTHER_STYLES } from '../test/buses/list.ts'
import { wholeNumber } from './whole-number.ts'

compileLate()
const { values } = parseArgs({
  options: {
    adapter: { type: 'string', default: 'memory' },
    site: { type: 'string', default: 'simulated' },
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string' },
  },
})

const VARIANTS = [
  'all-options',
  'breaker-around-retries',
  'by-key',
  'degraded',
  'enveloped',
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
const total = { runs: 0, events: 0, landed: 0, missed: 0, unsound: 0 }

/** As many runs as a certificate makes by default: with fewer, clauses may be short of occasions. */
const WHOLE = EFFORT.default.simulated.runs

/** Clauses that stayed short of occasions in as many runs as should do, though the bus claims what they judge. */
function shortIn({ runs, verdicts }: Certificate): string {
  const short = verdicts.filter(({ verdict }) => verdict === 'inconclusive').map(({ clause }) => clause)
  return runs < WHOLE || short.length === 0 ? '' : `, inconclusive: ${short.join(', ')}`
}

/** How many runs were made. */
async function judge(adapter: string, most: number): Promise<number> {
  const module = await resolveAdapter(adapter, process.cwd())
  const certificate = await certify(module, { site, seed, runs: Math.min(AT_ONCE[site], most), bail: false })
  const isBad = certificate.error !== null || certificate.verdicts.some(({ verdict }) => verdict === 'fail')
  total.runs += certificate.runs
  total.events += certificate.events
  total.landed += Object.values(certificate.faults.landed).reduce((sum, count) => sum + count, 0)
  total.missed += certificate.faults.missed
  total.unsound += isBad ? 1 : 0
  if (isBad) console.log(renderConsole(certificate))
  console.log(
    `${adapter}, seed ${seed}: ${certificate.runs} runs, ${isBad ? 'VIOLATED' : 'no violation'}${shortIn(certificate)}`,
  )
  seed = (seed + 1) % 0xffff_ffff
  return certificate.runs
}

const share = Math.ceil(wanted / adapters.length)
const left = new Map(adapters.map((adapter) => [adapter, share]))
let isStuck = false
// In turns, so that all were judged alike when somebody ends it.
while (left.size > 0 && !isStuck) {
  for (const [adapter, most] of left) {
    const made = await judge(adapter, most)
    isStuck ||= made === 0
    if (made >= most) left.delete(adapter)
    else left.set(adapter, most - made)
  }
}

const { runs, events, landed, missed, unsound } = total
console.log(
  `${runs} runs of ${values.adapter} (${site}), ${events} events, ${landed} faults landed, ${missed} missed: ${unsound} certificates with a violation or an error`,
)
process.exitCode = unsound === 0 && !isStuck ? 0 : 1
