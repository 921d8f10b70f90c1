/** A suite that must fail, run by vitest-entry.long.test.ts. */
import { describeConformance } from '../../harness/vitest.ts'

const mutant = new URL('../../mutants/ordering/retries-overtaken.ts', import.meta.url)

describeConformance(mutant, { seed: 3, runs: 5, lanes: 1, failures: null, only: ['ordering', 'retry/3'] })
