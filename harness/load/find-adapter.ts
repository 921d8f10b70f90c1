/** Finds the module that an adapter argument means: a path, a built-in name, or a package's name. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { extname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { UsageError } from '../errors.ts'
import { resolvePackage } from './package-module.ts'

/** Built-in adapters are in folders next to the harness, in the sources and in the build; found by path, never by name. */
const BUILT_IN = fileURLToPath(new URL('../../adapters/', import.meta.url))
const ENTRIES = ['index.ts', 'index.js']
const MODULES: ReadonlySet<string> = new Set(['.ts', '.mts', '.js', '.mjs'])

/** A file URL; {@link UsageError} where there is no such adapter. */
export async function resolveAdapter(argument: string, cwd: string): Promise<URL> {
  if (argument.startsWith('stdio:')) {
    throw new UsageError(
      `${argument}: adapters over stdio are not supported yet; give a built-in name, a path or a package`,
    )
  }
  if (isPath(argument, cwd)) return pathToFileURL(resolvePath(argument, resolve(cwd, argument)))
  const entry = /[/\\]/.test(argument) ? null : entryOf(join(BUILT_IN, argument))
  if (entry !== null && (await isAdapter(entry))) return pathToFileURL(entry)
  const installed = resolvePackage(argument, cwd)
  if (installed !== null) return installed
  const names = (await builtInAdapters()).map(({ name }) => name)
  throw new UsageError(
    `${argument}: there is no built-in adapter of this name; give one of ${names.join(', ')}, ` +
      'a path such as ./my-bus.ts, or a package that is installed here',
  )
}

/** The same of what a library is given: a URL stays as it is. */
export const findAdapter = async (given: URL | string, cwd: string): Promise<URL> =>
  given instanceof URL || URL.canParse(given) ? new URL(given) : await resolveAdapter(given, cwd)

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

/** A package's name may have a slash too, and a folder may be called as a built-in adapter is. */
const isPath = (argument: string, cwd: string): boolean =>
  isAbsolute(argument) ||
  /^\.{1,2}([/\\]|$)/.test(argument) ||
  MODULES.has(extname(argument)) ||
  (/[/\\]/.test(argument) && existsSync(resolve(cwd, argument)))

function resolvePath(argument: string, path: string): string {
  if (!existsSync(path))
    throw new UsageError(
      `${argument}: there is no such file; give the path of a module whose default export is an adapter`,
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
