import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{bench,harness,spec,systems,adapters,mutants,scripts,examples,test}/**/*.test.ts'],
    reporters: ['default', './test/not-run-reporter.ts'],
    // Suites on real components start their own, and mostly wait: two at a time, also on two cores.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
