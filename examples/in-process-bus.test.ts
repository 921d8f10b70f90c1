import { describeConformance } from '../harness/vitest.ts'

describeConformance(new URL('./in-process-bus.ts', import.meta.url), { level: 'core', seed: 1, failures: null })
