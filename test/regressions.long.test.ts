import { describe, expect, it } from 'vitest'
import { loadAdapter } from '../harness/load/adapter.ts'
import { loadSystem } from '../harness/load/system.ts'
import { REGRESSIONS } from '../regressions/index.ts'
import { judgeVersion, wrongIn } from '../regressions/judge.ts'
import { requires } from './require.ts'

/** Two clusters that start, and a plan with a killed process on each. */
const LIMIT = 180_000

for (const regression of REGRESSIONS) {
  const module = new URL(`../regressions/${regression.folder}/fixed.ts`, import.meta.url)
  const { system: name } = await loadAdapter(module.href)
  const missing = regression.site === 'real' ? await (await loadSystem(name)).missing() : null

  requires(name, missing)(`the regression ${regression.folder}: ${regression.text}`, () => {
    it(
      `violates exactly ${regression.clauses.join(' and ')} where the bug is, each told in a story`,
      async () => {
        const { violated, wrong, exitCode, stories } = await judgeVersion(regression, 'buggy')
        expect({ violated, wrong, exitCode }).toEqual({ violated: regression.clauses, wrong: [], exitCode: 1 })
        expect(stories.flatMap(({ clauses }) => clauses).sort()).toEqual([...regression.clauses].sort())
        for (const { clauses, lines } of stories) {
          expect(lines[0]?.split(' ')[0]).toBe(clauses[0])
          expect(lines.some((line) => line.startsWith('▶'))).toBe(true)
          for (const clause of clauses) expect(lines.join('\n')).toContain(clause)
        }
      },
      LIMIT,
    )

    it(
      'violates nothing in the version without it, and came to the same situation',
      async () => {
        const { violated, wrong } = await judgeVersion(regression, 'fixed')
        expect({ violated, wrong }).toEqual({ violated: [], wrong: [] })
      },
      LIMIT,
    )
  })
}

describe('a regression', () => {
  const regression = {
    folder: 'none',
    text: '',
    issue: '',
    site: 'real',
    only: ['delivery'],
    clauses: ['delivery/6'],
  } as const
  const occasions = { 'delivery/1': 3, 'delivery/6': 3 }

  it('is as it must be when the buggy version alone violates exactly what it must', () => {
    expect(wrongIn(regression, 'buggy', { violated: ['delivery/6'], occasions, error: null })).toEqual([])
    expect(wrongIn(regression, 'fixed', { violated: [], occasions, error: null })).toEqual([])
  })

  it('is wrong when the bug escapes, when another clause catches it, and when the fixed version is caught', () => {
    expect(wrongIn(regression, 'buggy', { violated: ['delivery/1'], occasions, error: null })).toEqual([
      'delivery/6 was not violated.',
      'delivery/1 was violated.',
    ])
    expect(wrongIn(regression, 'fixed', { violated: ['delivery/6'], occasions, error: null })).toEqual([
      'delivery/6 was violated.',
    ])
  })

  it('is wrong when the site failed, or the situation never arose', () => {
    expect(
      wrongIn(regression, 'fixed', { violated: [], occasions: { 'delivery/1': 3 }, error: 'Kafka is gone.' }),
    ).toEqual(['Kafka is gone.', 'delivery/6 had no occasion.'])
  })
})
