/** Certifies both versions of a regression: the buggy one must be caught by the clauses that speak of the bug, and by those alone. */
import { certify } from '../harness/certify.ts'
import { exitCodeOf } from '../harness/cli/exit-code.ts'
import { loadScenarios } from '../harness/plan/scenarios.ts'
import type { Regression } from './index.ts'

export type Version = 'buggy' | 'fixed'
export const VERSIONS: readonly Version[] = ['buggy', 'fixed']

export interface Judged {
  /** npm package and version of the client. */
  readonly client: string
  readonly violated: readonly string[]
  /** What the command `certify` ends with. */
  readonly exitCode: number
  /** Why this is not what had to come out, a sentence each. */
  readonly wrong: readonly string[]
  readonly stories: readonly ToldStory[]
}

/** One cause, and all clauses that were violated by it. */
export interface ToldStory {
  readonly clauses: readonly string[]
  readonly lines: readonly string[]
}

/** What came out of a certificate, as far as a regression is judged by it. */
export interface Outcome {
  readonly violated: readonly string[]
  /** By clause. */
  readonly occasions: Readonly<Record<string, number>>
  readonly error: string | null
}

/** Rejects as `certify` does, where the site cannot be had. */
export async function judgeVersion(regression: Regression, version: Version): Promise<Judged> {
  const folder = new URL(`${regression.folder}/`, import.meta.url)
  const certificate = await certify(new URL(`${version}.ts`, folder), {
    site: regression.site,
    only: regression.only,
    plans: (await loadScenarios(folder)).map(({ plan }) => plan),
    lanes: 1,
    bail: false,
    failures: null,
    shrink: 0,
  })
  const { verdicts, failures, environment, error } = certificate
  const violated = verdicts.filter(({ verdict }) => verdict === 'fail').map(({ clause }) => clause)
  const occasions = Object.fromEntries(verdicts.map((verdict) => [verdict.clause, verdict.occasions]))
  return {
    client: environment.client ?? 'no client',
    violated,
    exitCode: exitCodeOf(certificate, true),
    wrong: wrongIn(regression, version, { violated, occasions, error }),
    stories: failures.map(({ clause, also, story }) => ({
      clauses: [clause, ...also.map((one) => one.clause)],
      lines: story,
    })),
  }
}

export function wrongIn({ clauses }: Regression, version: Version, { violated, occasions, error }: Outcome): string[] {
  const owed = version === 'buggy' ? clauses : []
  return [
    ...(error === null ? [] : [error]),
    ...owed.filter((clause) => !violated.includes(clause)).map((clause) => `${clause} was not violated.`),
    ...violated.filter((clause) => !owed.includes(clause)).map((clause) => `${clause} was violated.`),
    // Where its situation never arose, a clause that was kept says nothing.
    ...clauses.filter((clause) => !occasions[clause]).map((clause) => `${clause} had no occasion.`),
  ]
}
