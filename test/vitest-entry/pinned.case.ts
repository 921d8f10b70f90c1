/** A suite that must fail, run by vitest-entry.long.test.ts: its pinned plan has an unknown format version. */
import { describeConformance } from '../../harness/vitest.ts'

const memory = new URL('../../adapters/memory/index.ts', import.meta.url)

describeConformance(memory, { runs: 1, only: ['ordering/1'], failures: null, regressions: 'test/vitest-entry/pins' })
