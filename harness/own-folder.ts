/** Folders that busproof writes for itself in a user's project: git ignores them, and their size is bounded. */
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'

const OWN = '.busproof'
const IGNORE = '.gitignore'

/**
 * Makes the folder, with a `.gitignore` in it that ignores all there is, itself included. A folder that was there before and
 * has another name than ours may hold what is not ours: it gets none.
 */
export async function makeOwnFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true })
  if (made === undefined && !resolve(folder).split(sep).includes(OWN)) return
  try {
    await writeFile(join(folder, IGNORE), '*\n', { flag: 'wx' })
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  }
}

export const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code))

export interface Tidying {
  /** Names of entries that stay, however old. */
  readonly keep: ReadonlySet<string>
  /** Entries that stay, besides; older ones go. */
  readonly most: number
  /** Whatever an entry of ours may hold: a folder that holds anything else is somebody else's and stays. */
  readonly files: ReadonlySet<string>
}

/** What a writer that was killed has left, `.NAME-HASH`, is not touched for as long, ms: it may be writing still. */
const WRITING = 3_600_000
const ENTRY = /^[\w-]+-[0-9a-f]{8}$/
const UNFINISHED = /^\.[\w-]+-[0-9a-f]{8}$/

/** Removes entries beyond `most`, the oldest first, and what was never finished. Does nothing where there is no such folder. */
export async function tidy(folder: string, { keep, most, files }: Tidying): Promise<void> {
  const there = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return []
    throw error
  })
  const names = there.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const entries: { readonly path: string; readonly at: number }[] = []
  for (const name of names) {
    const path = join(folder, name)
    const at = await changedAt(path)
    if (UNFINISHED.test(name) && Date.now() - at > WRITING) await rm(path, { recursive: true, force: true })
    else if (ENTRY.test(name) && !keep.has(name) && (await holdsOnly(path, files))) entries.push({ path, at })
  }
  entries.sort((one, other) => other.at - one.at)
  const kept = Math.max(0, most - names.filter((name) => keep.has(name)).length)
  for (const { path } of entries.slice(kept)) await rm(path, { recursive: true, force: true })
}

async function holdsOnly(path: string, files: ReadonlySet<string>): Promise<boolean> {
  try {
    return (await readdir(path)).every((name) => files.has(name))
  } catch {
    return false // It has gone meanwhile, or is closed to us: either way it is not ours to remove.
  }
}

async function changedAt(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs
  } catch {
    return Date.now() // It has gone meanwhile.
  }
}
