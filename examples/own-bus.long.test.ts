import { describeConformance } from '../harness/vitest.ts'

describeConformance(new URL('./own-bus.ts', import.meta.url), { seed: 1, failures: null })
