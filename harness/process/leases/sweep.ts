/** Ends and removes what harnesses that no longer live have left behind; what a living one holds is not touched. */
import { lstat, rm } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { messageOf, SiteError } from '../../errors.ts'
import { removeContainer } from './container.ts'
import { endProcesses } from './end-processes.ts'
import { leasesFolder, removeLease, writeLease } from './folder.ts'
import { sweepHistories } from './histories.ts'
import { processAt } from './identity.ts'
import type { Leftover } from './leftover.ts'
import { type DeadLease, readDeadLeases } from './read.ts'
import { removeProxy, sweepRemote } from './remote.ts'

export interface Swept {
  /** One sentence for each thing that was ended or removed. */
  readonly done: readonly string[]
  /** One sentence for each thing that could not be removed, with what to do. */
  readonly warnings: readonly string[]
}

export interface SweepOptions {
  /** Default: this user's among the temporary files. */
  readonly leases?: string
  /** Where real lanes write their histories; default: none are removed. */
  readonly histories?: string
}

/** Never rejects. What could not be removed stays on record for the next sweep. */
export async function sweep({ leases = leasesFolder(), histories }: SweepOptions = {}): Promise<Swept> {
  const done: string[] = []
  const warnings: string[] = []
  try {
    if (processAt(process.pid) === null) throw new SiteError('cannot list the running processes: install ps')
    const found = readDeadLeases(leases)
    warnings.push(...found.warnings)
    await removeAll(found.dead, { done, warnings }, dirname(resolve(leases)))
    if (histories !== undefined) done.push(...(await sweepHistories(histories)))
  } catch (error) {
    warnings.push(messageOf(error))
  }
  return { done, warnings }
}

interface Log {
  readonly done: string[]
  readonly warnings: string[]
}

async function removeAll(dead: readonly DeadLease[], log: Log, temporary: string): Promise<void> {
  const all = dead.flatMap(({ lease }) => lease.leftovers)
  const left = new Set<Leftover>()
  const attempt = async (what: readonly Leftover[], work: () => Promise<readonly string[]>): Promise<void> => {
    try {
      log.done.push(...(await work()))
    } catch (error) {
      log.warnings.push(messageOf(error))
      for (const one of what) left.add(one)
    }
  }
  // Processes first, for they use the rest.
  for (const program of await sweepPrograms(all, log)) left.add(program)
  for (const one of all) {
    if (one.kind === 'folder') await attempt([one], () => removeFolder(one.path, temporary))
    if (one.kind === 'container') await attempt([one], () => removeContainer(one))
    if (one.kind === 'proxy') await attempt([one], () => removeProxy(one))
  }
  for (const { system, settings, what } of bySystem(all)) {
    const prefixes = what.map(({ prefix }) => prefix)
    await attempt(what, () => sweepRemote(system, settings, prefixes))
  }
  for (const { file, lease } of dead) {
    const leftovers = lease.leftovers.filter((one) => left.has(one))
    if (leftovers.length === 0) removeLease(file)
    else writeLease(file, { ...lease, leftovers })
  }
}

/** Resolves with those that do not end. */
async function sweepPrograms(all: readonly Leftover[], log: Log): Promise<readonly Leftover[]> {
  const { ran, left } = await endProcesses(all.filter((one) => one.kind === 'process'))
  for (const program of ran) {
    const { name, members } = program
    const which = `${name} (process ${members.map(({ pid }) => pid).join(', ')})`
    if (left.includes(program)) log.warnings.push(`${which} does not end: kill it by hand`)
    else log.done.push(`ended ${which}`)
  }
  return left
}

/** Only what {@link makeTemporaryFolder} may have made: a lease is no licence to remove anything else. */
const TEMPORARY = /^busproof-[a-z0-9-]+-[0-9a-f]{8}$/

async function removeFolder(path: string, temporary: string): Promise<readonly string[]> {
  if (dirname(resolve(path)) !== temporary || !TEMPORARY.test(basename(path))) {
    throw new SiteError(`${path} is not a temporary folder of busproof: inspect it, and remove it by hand`)
  }
  const there = await lstat(path).catch(() => null) // Most often it is not there any more.
  if (there === null) return []
  // A program that is just ending may still write into it.
  await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  return [`removed the folder ${path}`]
}

type Remote = Extract<Leftover, { kind: 'remote' }>

/** Together what one connection can see to. */
function bySystem(all: readonly Leftover[]): { system: string; settings: Remote['settings']; what: Remote[] }[] {
  const groups = new Map<string, { system: string; settings: Remote['settings']; what: Remote[] }>()
  for (const one of all) {
    if (one.kind !== 'remote') continue
    const { system, settings } = one
    const key = JSON.stringify([system, Object.entries(settings).sort()])
    const group = groups.get(key) ?? { system, settings, what: [] }
    group.what.push(one)
    groups.set(key, group)
  }
  return [...groups.values()]
}
