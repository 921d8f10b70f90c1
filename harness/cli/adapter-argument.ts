/** Finds the module that an adapter argument means: a built-in name, or a path. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { UsageError } from '../certify-options.ts'

/** Adapters stand in folders beside the harness, in the sources and in the build; found by path, never by name. */
const BUILT_IN = fileURLToPath(new URL('../../adapters/', import.meta.url))
const ENTRIES = ['index.ts', 'index.js']
const MODULES: ReadonlySet<string> = new Set(['.ts', '.mts', '.js', '.mjs'])

/** A file URL; {@link UsageError} where there is no such adapter. */
export async function resolveAdapter(argument: string, cwd: string): Promise<URL> {
  if (argument.startsWith('stdio:')) {
    throw new UsageError(`${argument}: adapters over stdio are not supported yet; give a built-in name or a path`)
  }
  if (looksLikePath(argument)) {
    return pathToFileURL(resolvePath(argument, resolve(cwd, argument)))
  }
  const entry = entryOf(join(BUILT_IN, argument))
  if (entry !== null && (await isAdapter(entry))) return pathToFileURL(entry)
  const names = (await builtInAdapters()).map(({ name }) => name)
  throw new UsageError(
    `${argument}: there is no built-in adapter of this name; there are ${names.join(', ')}, or give a path such as ./${argument}.ts`,
  )
}

export interface BuiltIn {
  /** The folder's name, which is also the argument. */
  readonly name: string
  readonly url: URL
}

/** Folders under `adapters/` whose module exports an adapter; the others hold what adapters share. */
export async function builtInAdapters(): Promise<BuiltIn[]> {
  const folders = readdirSync(BUILT_IN, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const found: BuiltIn[] = []
  for (const { name } of folders) {
    const entry = entryOf(join(BUILT_IN, name))
    if (entry !== null && (await isAdapter(entry))) found.push({ name, url: pathToFileURL(entry) })
  }
  return found.sort((one, other) => one.name.localeCompare(other.name))
}

const looksLikePath = (argument: string): boolean => /[/\\]/.test(argument) || MODULES.has(extname(argument))

function resolvePath(argument: string, path: string): string {
  if (!existsSync(path))
    throw new UsageError(
      `${argument}: there is no such file; give the path of a module that default-exports an adapter`,
    )
  if (statSync(path).isDirectory()) {
    const entry = entryOf(path)
    if (entry === null)
      throw new UsageError(
        `${argument}: the folder has no ${ENTRIES.join(' or ')}; give the path of the adapter's module`,
      )
    return entry
  }
  if (!MODULES.has(extname(path))) {
    throw new UsageError(`${argument}: an adapter is a module that ends in ${[...MODULES].join(', ')}`)
  }
  return path
}

const entryOf = (folder: string): string | null =>
  ENTRIES.map((entry) => join(folder, entry)).find((path) => existsSync(path)) ?? null

async function isAdapter(entry: string): Promise<boolean> {
  const module = (await import(pathToFileURL(entry).href)) as { readonly default?: { readonly open?: unknown } }
  return typeof module.default?.open === 'function'
}
