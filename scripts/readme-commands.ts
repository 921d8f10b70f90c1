/**
 * Runs every command of the README in a fresh clone of this checkout, as a stranger would. Exits 1 if one disappoints. The clone
 * has the checkout's components, if there are any, so that its `npm test` is the whole one; with `--bare` it has none.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { commandsOf, type PageCommand } from './readme-blocks.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Longest time for one command, ms: on a slow machine all tests with every component take half an hour. */
const PATIENCE = 60 * 60_000
/** What a command prints, under the folder of the clone; git ignores it. */
const OUTPUT = '.git/busproof-output'
/** So many lines of it are shown again for a command that is wrong: a story, and the verdict after it. */
const SHOWN = 60
const components = join(root, '.components')

/** What is wrong with it, and the end of what it printed; null if nothing is. Its output is shown as it comes. */
function run({ line, command, exits }: PageCommand, folder: string): string | null {
  console.log(`\n$ ${command}`)
  const output = join(folder, OUTPUT)
  const shown = `set -o pipefail; { ${command}\n} 2>&1 | tee ${OUTPUT}`
  const { status, error } = spawnSync('bash', ['-c', shown], { cwd: folder, stdio: 'inherit', timeout: PATIENCE })
  const ended = error === undefined ? `exit ${status}` : error.message
  if (error === undefined && status === exits) return null
  const end = readFileSync(output, 'utf8').trimEnd().split('\n').slice(-SHOWN)
  return [
    ...end.map((text) => `> ${text}`),
    `README.md, line ${line}: \`${command}\` ended with ${ended}, expected exit ${exits}`,
  ].join('\n')
}

const folder = mkdtempSync(join(tmpdir(), 'busproof-readme-'))
try {
  execFileSync('git', ['clone', '--quiet', root, folder], { stdio: 'inherit' })
  if (existsSync(components) && !process.argv.includes('--bare')) symlinkSync(components, join(folder, '.components'))
  const commands = commandsOf(readFileSync(join(folder, 'README.md'), 'utf8'))
  const wrong = commands.map((command) => run(command, folder)).filter((what) => what !== null)
  for (const what of wrong) console.error(what)
  console.log(`\n${commands.length} commands of README.md, ${wrong.length} wrong`)
  process.exitCode = commands.length > 0 && wrong.length === 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
