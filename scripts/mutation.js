/**
 * What `npm run mutation` tries each mutant of the shared resilience with: the certificate of the memory bus alone. Ends with
 * an error where it is not certified; the first violation ends it, and nothing is shrunk or stored.
 */
import process from 'node:process'
import { certify } from '../dist/harness/certify.js'

const { certified, verdicts, error } = await certify(new URL('../dist/adapters/memory/index.js', import.meta.url), {
  site: 'simulated',
  seed: 1,
  lanes: 1,
  shrink: 0,
  failures: null,
})
for (const { clause, verdict } of verdicts) if (verdict === 'fail') console.log(clause)
if (error !== null) console.log(error)
process.exit(certified ? 0 : 1)
