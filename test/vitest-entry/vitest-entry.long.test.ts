import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'

interface Result {
  readonly fullName: string
  readonly status: string
  readonly failureMessages: readonly string[]
}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Runs a suite in a Vitest of its own, because it must fail. */
function runSuite(name: string, reporter: 'json' | 'default' | 'verbose') {
  const vitest = at('../../node_modules/vitest/vitest.mjs')
  const options = ['run', name, '--config', at('vitest.config.ts'), `--reporter=${reporter}`]
  return spawnSync(process.execPath, [vitest, ...options], { cwd: at('../..'), encoding: 'utf8' })
}

function resultsOf(name: string): { readonly status: number | null; readonly results: readonly Result[] } {
  const { status, stdout } = runSuite(name, 'json')
  const { testResults } = JSON.parse(stdout) as { readonly testResults: readonly { assertionResults: Result[] }[] }
  return { status, results: testResults.flatMap(({ assertionResults }) => assertionResults) }
}

describe('describeConformance on a broken bus', () => {
  let ran: ReturnType<typeof resultsOf>
  beforeAll(() => {
    ran = resultsOf('broken-bus')
  })
  const resultOf = (clause: string): Result | undefined => ran.results.find(({ fullName }) => fullName.includes(clause))

  test('has a test for each clause that was asked for, and fails', () => {
    expect(ran.status).toBe(1)
    expect(ran.results.map(({ fullName }) => /\S+\/\d+/.exec(fullName.split('resilient ')[1] ?? '')?.[0])).toEqual([
      'ordering/1',
      'ordering/2',
      'ordering/3',
      'ordering/4',
      'ordering/5',
      'ordering/6',
      'retry/3',
    ])
  })

  test('shows the story of the clause that is violated', () => {
    const violated = resultOf(' ordering/1 ')
    expect(violated?.status).toBe('failed')
    expect(violated?.failureMessages[0]).toMatch(/m\d+ overtook m\d+ in group/)
    expect(violated?.failureMessages[0]).toMatch(/^▶/m)
  })

  test('skips what the search had no time for', () => {
    expect(resultOf(' retry/3 ')?.status).toBe('skipped')
  })
})

test('describeConformance runs what is pinned first, and says which file it cannot read', () => {
  const { stderr, status } = runSuite('pinned', 'default')
  expect(status).toBe(1)
  expect(stderr).toMatch(/pins\/of-a-later-version\.json: format: this busproof reads busproof\.regression\/2/)
})

test('describeConformance tells how far it is, what a quick look was worth, and which clauses it skips', {
  timeout: 300_000,
}, () => {
  const { stderr, stdout, status } = runSuite('quick', 'verbose')
  expect(status).toBe(0)
  const lines = stderr.split('\n').filter((line) => line.startsWith('busproof: '))
  expect(lines[0]).toMatch(/^busproof: memory\/index\.ts: running: \d+\/2 runs · \d+ faults? landed · /)
  expect(lines.at(-1)).toMatch(/^busproof: QUICK memory: no violation in \d+ runs?/)
  // The second suite was asked to keep silent.
  const told = lines.map((line) => (line.includes(': running: ') ? 'progress' : 'end'))
  expect(told.slice(told.indexOf('end'))).toEqual(['end', 'end'])
  expect(stdout).toMatch(/\[a quick run met \d+ of \d+ occasions \(/)
})
