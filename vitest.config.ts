import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { COMPILE_LATE } from './harness/compile-late.ts'
import { LONG_TESTS, runsLong, TESTS } from './test/long.ts'

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const ALONE = ['harness/host/census.test.ts', 'test/rogue.long.test.ts']
const LEFT_OUT = runsLong(process.argv.slice(2)) ? [] : [LONG_TESTS]

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
    reporters: ['default', './test/not-run-reporter.ts'],
    // Suites on real components start their own, and mostly wait: two at a time, also on two cores.
    maxWorkers: 2,
    // Most tests certify with few runs, on threads of their own.
    execArgv: [...COMPILE_LATE],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Loading every module again for each file took a third of the time. Alone runs what mocks a module, or counts what its
    // process holds.
    projects: [
      {
        extends: true,
        test: { name: 'shared modules', isolate: false, include: [TESTS], exclude: [...ALONE, ...LEFT_OUT] },
      },
      { extends: true, test: { name: 'alone', include: ALONE, exclude: LEFT_OUT } },
    ],
  },
})
