import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'

interface Result {
  readonly fullName: string
  readonly status: string
  readonly failureMessages: readonly string[]
}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Runs the suite in a Vitest of its own, because it must fail. */
function runSuite(): { readonly status: number | null; readonly results: readonly Result[] } {
  const vitest = at('../../node_modules/vitest/vitest.mjs')
  const options = ['run', '--config', at('vitest.config.ts'), '--reporter=json']
  const { status, stdout } = spawnSync(process.execPath, [vitest, ...options], { cwd: at('../..'), encoding: 'utf8' })
  const { testResults } = JSON.parse(stdout) as { readonly testResults: readonly { assertionResults: Result[] }[] }
  return { status, results: testResults.flatMap(({ assertionResults }) => assertionResults) }
}

describe('describeConformance on a broken bus', () => {
  let ran: ReturnType<typeof runSuite>
  beforeAll(() => {
    ran = runSuite()
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
      'breaker/1',
    ])
  })

  test('shows the story of the clause that is violated', () => {
    const violated = resultOf(' ordering/1 ')
    expect(violated?.status).toBe('failed')
    expect(violated?.failureMessages[0]).toMatch(/m\d+ overtook m\d+ in group/)
    expect(violated?.failureMessages[0]).toMatch(/^▶/m)
  })

  test('skips what the search had no time for', () => {
    expect(resultOf(' breaker/1 ')?.status).toBe('skipped')
  })
})
