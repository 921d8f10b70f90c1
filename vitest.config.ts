import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  // As tsconfig.json has it: what a user imports is here the source.
  resolve: {
    alias: [
      { find: /^busproof$/, replacement: source('harness/index.ts') },
      { find: /^busproof\/(system|vitest)$/, replacement: source('harness/$1.ts') },
      { find: /^busproof\/adapters\/([\w-]+)$/, replacement: source('adapters/$1/index.ts') },
    ],
  },
  test: {
    include: ['{bench,harness,spec,systems,adapters,mutants,scripts,examples,test}/**/*.test.ts'],
    reporters: ['default', './test/not-run-reporter.ts'],
    // Suites on real components start their own, and mostly wait: two at a time, also on two cores.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
