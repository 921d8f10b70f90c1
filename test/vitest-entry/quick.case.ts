/** Quick looks at a good bus on real clocks, where they take some seconds, run by vitest-entry.long.test.ts. */
import { readFileSync } from 'node:fs'
import type { Plan } from '../../harness/plan/plan.ts'
import { describeConformance } from '../../harness/vitest.ts'

const memory = new URL('../../adapters/memory/index.ts', import.meta.url)
const scenario = new URL('../../scenarios/late-results.json', import.meta.url)
const { plan } = JSON.parse(readFileSync(scenario, 'utf8')) as { readonly plan: Plan }
const few = { site: 'real', toxiproxy: 'off', effort: 'quick', lanes: 1, failures: null, only: ['ordering'] } as const

describeConformance(memory, { ...few, plans: [plan, plan], time: '2m' })
describeConformance(memory, { ...few, plans: [plan], time: '2m', progress: false })
