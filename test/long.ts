/** Tests that certify whole adapters, or install the package: together they take far longer than all others. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isDemanded } from './demanded.ts'

const FOLDERS = ['bench', 'harness', 'spec', 'systems', 'adapters', 'mutants', 'scripts', 'examples', 'test']
const SUFFIX = '.long.test.ts'

export const TESTS = `{${FOLDERS.join(',')}}/**/*.test.ts`
export const LONG_TESTS = `**/*${SUFFIX}`

/** They run where they are asked for: all of them, or those that `args` of Vitest's command line name. */
export const runsLong = (args: readonly string[]): boolean =>
  isDemanded('long') || args.some((arg) => arg.includes('.long'))

/** What a run leaves out of those that `args` name, or of all, in one line for its end; null where that is nothing. */
export function leftOut(args: readonly string[], root: string): string | null {
  if (runsLong(args)) return null
  const filters = args.filter((arg) => arg !== 'run' && !arg.startsWith('-'))
  const names = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith(SUFFIX) && !path.includes('node_modules'))
      .map((path) => join(folder, path)),
  ).filter((name) => filters.length === 0 || filters.some((filter) => name.includes(filter)))
  if (names.length === 0) return null
  return `long tests — not run: they take minutes; \`BUSPROOF_REQUIRE=long npm test\` runs them: ${names.toSorted().join(', ')}`
}
