/** Where leases lie: a folder of this user's own among the temporary files. */
import { lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SiteError } from '../../errors.ts'
import type { Lease } from './leftover.ts'

export const leasesFolder = (): string => join(tmpdir(), `busproof-${process.getuid?.() ?? 'user'}`)

/** Others could name what this user is to end and remove, so the folder must be this user's alone. False when there is none. */
export function isOwnFolder(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  if (found === undefined) return false
  const own = process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o022) === 0)
  if (found.isDirectory() && own) return true
  throw new SiteError(
    `${folder} is not a folder that only this user can write to: remove it, or set TMPDIR to another folder`,
  )
}

/** Readers see the old lease or the new one, never a part. */
export function writeLease(file: string, lease: Lease): void {
  const draft = `${file}.draft`
  writeFileSync(draft, `${JSON.stringify(lease, null, 2)}\n`, { mode: 0o600 })
  renameSync(draft, file)
}

export const removeLease = (file: string): void => rmSync(file, { force: true })

/** Rejects with SiteError when what is there is not this user's alone. */
export function makeOwnFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  isOwnFolder(folder)
}
