/** A quick look at a good bus that is cut off by its time, run by vitest-entry.test.ts: on real clocks it takes as long as it may. */
import { describeConformance } from '../../harness/vitest.ts'

const memory = new URL('../../adapters/memory/index.ts', import.meta.url)
const few = { site: 'real', toxiproxy: 'off', effort: 'quick', lanes: 1, failures: null, regressions: null } as const

describeConformance(memory, { ...few, time: '10s' })
