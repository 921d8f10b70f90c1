/** Reads the leases of harnesses that no longer live. */

import { readdirSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { messageOf } from '../../errors.ts'
import { isOwnFolder, removeLease } from './folder.ts'
import { mayRun, ownNamespace, runs } from './identity.ts'
import { type Lease, leaseSchema } from './leftover.ts'

export interface DeadLease {
  readonly file: string
  readonly lease: Lease
}

export interface DeadLeases {
  readonly dead: readonly DeadLease[]
  /** One sentence for each file that cannot be acted on. */
  readonly warnings: readonly string[]
}

/** Throws SiteError when the folder is not this user's alone. */
export function readDeadLeases(folder: string): DeadLeases {
  const dead: DeadLease[] = []
  const warnings: string[] = []
  for (const name of isOwnFolder(folder) ? readdirSync(folder) : []) {
    const file = join(folder, name)
    if (name.endsWith('.draft')) removeDraft(file, name)
    if (!name.endsWith('.json')) continue
    const found = read(file)
    if (found === null) continue
    if (typeof found === 'string') warnings.push(`${file} is not a readable lease (${found}): remove the file`)
    else if (found.machine !== hostname()) {
      warnings.push(`${file} belongs to the machine ${found.machine}: sweep there, or remove the file`)
    } else if (found.namespace !== ownNamespace()) {
      warnings.push(
        `${file} belongs to a harness in another container: sweep there, or remove the file once that container is gone`,
      )
    } else if (!runs(found.owner)) dead.push({ file, lease: found })
  }
  return { dead, warnings }
}

/** A harness that was killed while it wrote leaves its draft; a living one is about to rename it. */
function removeDraft(file: string, name: string): void {
  const [owner = ''] = name.split('-')
  if (!mayRun(owner)) removeLease(file)
}

/** Null when it has gone meanwhile; a text when it is no lease. */
function read(file: string): Lease | string | null {
  try {
    const parsed = leaseSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    return parsed.success ? parsed.data : z.prettifyError(parsed.error).replaceAll(/\s+/g, ' ')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    return messageOf(error)
  }
}
