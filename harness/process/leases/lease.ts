/**
 * The harness's list of what it would leave behind if it were killed: on disk, so that another harness can remove it.
 *
 * Code that starts a process, creates a folder, or creates something on a running system holds it from just before it exists
 * (for a process, just after) until it is gone:
 *
 * ```ts
 * const release = hold({ kind: 'remote', system: 'kafka', settings: { brokers: 'staging:9092' }, prefix: 'bp1a2b3c_' })
 * // … makes topics and groups whose names begin with bp1a2b3c_, and removes them …
 * release() // Only when they are gone: what could not be removed is better left to a later sweep.
 * ```
 *
 * The next real run, or `busproof doctor --sweep`, calls {@link sweep} (`sweep.ts`), which ends and removes what harnesses
 * that no longer live have held. For `remote` it calls `sweep(settings, prefixes)` of the system; for `proxy`
 * it asks the control API at `url`.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { leasesFolder, makeOwnFolder, removeLease, writeLease } from './folder.ts'
import { ownName, ownNamespace, type ProcessIdentity, processAt } from './identity.ts'
import { LEASE_FORMAT, type Leftover, SHORTEST_PREFIX } from './leftover.ts'

/** Says that what was held is gone. Idempotent. */
export type Release = () => void

export type Hold = (leftover: Leftover) => Release

/** A lease of this process in `folder`: its file is there while something is held. */
export function createLease(folder: string): Hold {
  const held = new Set<Leftover>()
  const self = processAt(process.pid)
  // Each instance of this module has a file of its own: a process may have several.
  const file = join(folder, `${ownName()}-${randomBytes(4).toString('hex')}.json`)
  let warned = false

  const write = (owner: ProcessIdentity): void => {
    if (held.size === 0) {
      removeLease(file)
      return
    }
    makeOwnFolder(folder)
    const { pid, started } = owner
    writeLease(file, {
      format: LEASE_FORMAT,
      machine: hostname(),
      namespace: ownNamespace(),
      owner: { pid, started },
      leftovers: [...held],
    })
  }
  /** A run without a lease is as good a run; only what it leaves when it is killed stays. */
  const update = (): void => {
    if (self === null) return
    try {
      write(self)
    } catch (error) {
      if (!warned) process.emitWarning(`cannot record what is to be removed: ${String(error)}`, 'BusproofWarning')
      warned = true
    }
  }

  return (leftover) => {
    if (leftover.kind === 'remote' && leftover.prefix.length < SHORTEST_PREFIX) {
      throw new RangeError(`the prefix "${leftover.prefix}" is too short to be unique`)
    }
    held.add(leftover)
    update()
    return () => {
      if (held.delete(leftover)) update()
    }
  }
}

let own: Hold | null = null

export const hold: Hold = (leftover) => {
  own ??= createLease(leasesFolder())
  return own(leftover)
}

/** Holds processes of one program; those that have ended already, and undefined ones, are left out. */
export function holdProcess(
  name: string,
  pids: readonly (number | null | undefined)[],
  end: 'SIGINT' | 'SIGKILL' = 'SIGKILL',
): Release {
  const members = pids.flatMap((pid) => {
    const found = typeof pid === 'number' ? processAt(pid) : null
    return found === null ? [] : [{ pid: found.pid, started: found.started }]
  })
  return members.length === 0 ? () => {} : hold({ kind: 'process', name, members, end })
}

export interface TemporaryFolder {
  readonly path: string
  /** Says that it is gone. */
  readonly release: Release
}

/** Makes a folder of this user's own for `purpose`, lower-case letters and digits. */
export function makeTemporaryFolder(purpose: string): TemporaryFolder {
  const path = join(tmpdir(), `busproof-${purpose}-${randomBytes(4).toString('hex')}`)
  const release = hold({ kind: 'folder', path })
  mkdirSync(path, { mode: 0o700 })
  return { path, release }
}
