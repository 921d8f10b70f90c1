import { describeConformance } from '../harness/vitest.ts'

describeConformance(new URL('../adapters/in-process/index.ts', import.meta.url), { seed: 1, failures: null })
