/** Quick looks at a good bus that their time cuts off, run by vitest-entry.test.ts: on real clocks they last as long as they may. */
import { describeConformance } from '../../harness/vitest.ts'

const memory = new URL('../../adapters/memory/index.ts', import.meta.url)
const few = { site: 'real', toxiproxy: 'off', effort: 'quick', lanes: 1, failures: null, regressions: null } as const

describeConformance(memory, { ...few, time: '15s', only: ['delivery/1', 'breaker/4'] })
describeConformance(memory, { ...few, time: '5s', only: ['ordering'], progress: false })
