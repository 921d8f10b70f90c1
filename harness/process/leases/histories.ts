/** Histories of runs that were interrupted: the newest are worth a look with `busproof check`, older ones are not. */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { mayRun } from './identity.ts'

/** As many as there are lanes by default: those of the last interruption. */
const KEPT = 4

/** `OWNER-lane-N.jsonl`, written by the harness of this name. */
const NAME = /^([\d.]+)-lane-\d+\.jsonl$/

/** Removes all but the newest {@link KEPT} whose harness has ended; resolves with one sentence for each. */
export async function sweepHistories(folder: string): Promise<readonly string[]> {
  const there = await readdir(folder).catch(() => []) // No real run has been made here.
  const names = there.filter((name) => {
    const owner = NAME.exec(name)?.[1]
    return owner !== undefined && !mayRun(owner)
  })
  const dated = await Promise.all(names.map(async (name) => ({ name, at: await changedAt(join(folder, name)) })))
  const old = dated.sort((a, b) => b.at - a.at).slice(KEPT)
  const removed: string[] = []
  for (const { name } of old) {
    const path = join(folder, name)
    await rm(path, { force: true })
    removed.push(`removed the history ${path} of an interrupted run`)
  }
  return removed
}

async function changedAt(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs
  } catch {
    return 0 // It has gone meanwhile.
  }
}
