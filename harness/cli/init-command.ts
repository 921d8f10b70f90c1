/** Writes an adapter, its suite and a CI step, from the files of `templates/`, so that a bus of one's own begins with what works. */
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import type { Command } from 'commander'
import { z } from 'zod'
import { messageOf, UsageError } from '../errors.ts'
import { hasCode } from '../own-folder.ts'
import { PACKAGE_ROOT } from '../own-package.ts'
import { EXIT } from './exit-code.ts'
import type { Io } from './io.ts'
import { choice } from './options.ts'

const TEMPLATES = new URL('templates/', PACKAGE_ROOT)
const WORKFLOW = 'busproof.yml'
/** What the templates of a bus are called, and what they call it. */
const PLACEHOLDER = 'my-bus'
const NAME = /^[a-z][a-z0-9-]*$/

const kindsShape = z.record(
  z.string(),
  z.strictObject({
    text: z.string(),
    /** Of the templates. A kind between two dots is left out of the name of what is written. */
    files: z.array(z.string()),
    /** Beside busproof and Vitest. */
    packages: z.array(z.string()),
    /** What the site needs that npm does not bring. */
    needs: z.string(),
  }),
)
type Kind = z.infer<typeof kindsShape>[string]

const read = (file: string): string => readFileSync(new URL(file, TEMPLATES), 'utf8')
const readKinds = (): Readonly<Record<string, Kind>> => kindsShape.parse(JSON.parse(read('kinds.json')))

interface InitFlags {
  readonly for: string
  readonly into: string
  readonly name: string
}

export function addInitCommand(program: Command, io: Io, end: (code: number) => void): void {
  const kinds = readKinds()
  const texts = Object.entries(kinds).map(([name, { text }]) => `${name}, ${text}`)
  program
    .command('init')
    .description('write an adapter, its Vitest suite and a CI step to start from')
    .addOption(choice('--for <kind>', texts.join('; '), Object.keys(kinds)).makeOptionMandatory())
    .option('--into <folder>', 'where to write the adapter and its suite', '.')
    .option('--name <name>', 'name of the bus and its files', PLACEHOLDER)
    .action(async (flags: InitFlags) => {
      const kind = kinds[flags.for]
      if (kind !== undefined) end(await runInit(kind, flags, io))
    })
}

async function runInit(kind: Kind, { into, name, for: chosen }: InitFlags, io: Io): Promise<number> {
  if (!NAME.test(name)) {
    throw new UsageError(
      `--name ${name}: use lower-case letters, digits and dashes, starting with a letter, such as order-bus`,
    )
  }
  const below = (file: string): string => relative(io.cwd, resolve(io.cwd, into, file)).replaceAll('\\', '/')
  const adapter = `./${below(`${name}.mts`)}`
  const named = (text: string): string => text.replaceAll(PLACEHOLDER, name)
  const needs = named(kind.needs)
  const values = { NAME: name, ADAPTER: adapter, SUITE: below(`${name}.test.mts`), NEEDS: needs }
  const files = kind.files.map((file) => {
    if (file === WORKFLOW) return { path: `.github/workflows/busproof-${name}.yml`, text: workflow(values) }
    return { path: below(named(file.replace(`.${chosen}.`, '.'))), text: named(read(file)) }
  })
  const there = files.find(({ path }) => existsSync(join(io.cwd, path)))
  if (there !== undefined) throw new UsageError(isThere(there.path))
  for (const { path, text } of files) await writeNew(io.cwd, path, text)
  const packages = ['busproof', 'vitest@4', '@types/node@20', ...kind.packages]
  io.stdout.write(
    [
      `${name}, ${kind.text}:`,
      ...files.map(({ path }) => `  ${path}`),
      `Besides npm, the site needs ${needs}.`,
      `  npm install --save-dev ${packages.join(' ')}`,
      `  npx busproof certify ${adapter} --level core`,
      '',
    ].join('\n'),
  )
  return EXIT.certified
}

const workflow = (values: Readonly<Record<string, string>>): string =>
  read(WORKFLOW).replaceAll(/\b(?:NAME|ADAPTER|SUITE|NEEDS)\b/g, (word) => values[word] ?? word)

const isThere = (path: string): string =>
  `${path} already exists, and nothing was written: move it, or give another --name`

async function writeNew(cwd: string, path: string, text: string): Promise<void> {
  const file = join(cwd, path)
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text, { flag: 'wx' })
  } catch (error) {
    if (hasCode(error, 'EEXIST') && existsSync(file)) throw new UsageError(isThere(path))
    throw new UsageError(`${path} cannot be written: ${messageOf(error)}; give another --into`)
  }
}
