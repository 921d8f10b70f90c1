import { describe } from 'vitest'
import { isDemanded } from './demanded.ts'

/**
 * Declares that a suite needs something real: `requires('postgres', await postgres.missing())('a suite', () => …)`.
 *
 * With `missing` null the suite runs. Else it is skipped, its name says why (` — not run: REASON`), and so does a line on
 * standard error; where BUSPROOF_REQUIRE lists `name` (or is `all`), it fails instead.
 */
export function requires(name: string, missing: string | null): (title: string, suite: () => void) => void {
  if (missing === null) return (title, suite) => void describe(title, suite)
  if (isDemanded(name)) {
    throw new Error(`BUSPROOF_REQUIRE asks for ${name}: ${missing}`)
  }
  return (title, suite) => {
    console.error(`not run: ${title}: ${missing}`)
    describe.skip(`${title} — not run: ${missing}`, suite)
  }
}
