/**
 * Certifies a correct bus under seeds that nobody chose: any violation is a bug of the bus or a false alarm of a check.
 * `npm run soundness -- --adapter memory --site simulated --runs 2000 [--seed N]`
 */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { certify } from '../harness/certify.ts'
import { resolveAdapter } from '../harness/cli/adapter-argument.ts'
import { renderConsole } from '../harness/report/console.ts'

const { values } = parseArgs({
  options: {
    adapter: { type: 'string', default: 'memory' },
    site: { type: 'string', default: 'simulated' },
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string' },
  },
})

/** Runs of one certificate; the next one has another seed. */
const AT_ONCE = { simulated: 400, real: 50 }

const site = values.site === 'real' ? 'real' : 'simulated'
const wanted = Number(values.runs)
if (!Number.isInteger(wanted) || wanted < 1) {
  console.error(`--runs ${values.runs}: give a whole number of runs`)
  process.exit(2)
}
const module = await resolveAdapter(values.adapter, process.cwd())
let seed = values.seed === undefined ? randomInt(0xffff_ffff) : Number(values.seed)
let runs = 0
let unsound = 0
const faults = { landed: 0, missed: 0 }

while (runs < wanted) {
  const asked = Math.min(AT_ONCE[site], wanted - runs)
  const certificate = await certify(module, { site, seed, runs: asked, bail: false })
  runs += certificate.runs
  faults.landed += Object.values(certificate.faults.landed).reduce((sum, count) => sum + count, 0)
  faults.missed += certificate.faults.missed
  const bad = certificate.error !== null || certificate.verdicts.some(({ verdict }) => verdict === 'fail')
  if (bad) {
    unsound += 1
    console.log(renderConsole(certificate))
  } else console.log(`seed ${certificate.seed}: ${certificate.runs} runs, no violation`)
  if (certificate.runs === 0) break
  seed = (seed + 1) % 0xffff_ffff
}

console.log(
  `${runs} runs of ${values.adapter} (${site}), ${faults.landed} faults landed, ${faults.missed} missed: ${unsound} certificates with a violation or an error`,
)
process.exitCode = unsound === 0 && runs >= wanted ? 0 : 1
