/** Failing plans on disk, one folder each. The plan is what is kept: a seed would mean another plan tomorrow. */
import { createHash, randomBytes } from 'node:crypto'
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { LEVELS } from '../../spec/clause.ts'
import type { Failure } from '../certificate/certificate.ts'
import { UsageError } from '../errors.ts'
import { writeHistory } from '../history/write.ts'
import { hasCode, makeOwnFolder, tidy } from '../own-folder.ts'
import type { Plan } from '../plan/plan.ts'
import type { RunOutcome } from '../run/outcome.ts'
import { SITES } from '../site-name.ts'

export const FAILURE_FORMAT = 'busproof.failure/2'
export const FAILURES_FOLDER = '.busproof/failures'

const size = z.strictObject({ messages: z.number(), faults: z.number(), consumers: z.number() })

const consequence = z.object({
  clause: z.string(),
  message: z.string(),
  story: z.array(z.string()).readonly().exactOptional(),
})

export const storedFailure = z.object({
  format: z.literal(FAILURE_FORMAT),
  id: z.string(),
  adapter: z.string().min(1),
  site: z.enum(SITES),
  servers: z.number().int().positive(),
  level: z.enum(LEVELS),
  clause: z.string(),
  /** Missing in failures of before: then each clause has one of its own. */
  also: z.array(consequence).readonly().default([]),
  seed: z.number(),
  confirmed: z.strictObject({ failed: z.number(), of: z.number() }),
  shrunk: z.strictObject({
    from: size,
    to: size,
    ended: z.enum(['minimal', 'budget', 'unasked', 'interrupted', 'broken off', 'unsteady', 'not reproduced']),
  }),
})

/** What `failure.json` holds: how to run the plan again, and how it was found. */
export type StoredFailure = z.infer<typeof storedFailure>

/** Throws a {@link UsageError} where failures could not be stored in `folder`, before there is one to store. Makes nothing. */
export function assertStorable(folder: string): void {
  let there = resolve(folder)
  while (!existsSync(there) && there !== dirname(there)) there = dirname(there)
  try {
    accessSync(there, constants.W_OK)
    if (statSync(there).isDirectory()) return
  } catch {
    // It cannot be written to: reported below.
  }
  throw new UsageError(`--failures ${folder}: failures cannot be stored there; give a writable folder`)
}

/** The clause, and a short hash of plan and adapter: the same failure found again gets the same id. */
export function failureId(clause: string, plan: Plan, adapter: string): string {
  const hash = createHash('sha256').update(JSON.stringify(plan)).update('\0').update(adapter).digest('hex')
  return `${clause.replaceAll('/', '-')}-${hash.slice(0, 8)}`
}

export interface ToStore
  extends Pick<
    StoredFailure,
    'adapter' | 'site' | 'servers' | 'level' | 'clause' | 'seed' | 'also' | 'confirmed' | 'shrunk'
  > {
  /** The smallest failing run. */
  readonly outcome: RunOutcome
  readonly story: readonly string[]
}

/**
 * Writes `plan.json`, `history.jsonl` (where there is one), `story.txt` and `failure.json` into a folder below `folder`.
 * They are written to temporary names and then moved into place, so that no file is ever incomplete; the same failure stored
 * before is replaced. Returns its id and folder.
 */
export async function storeFailure(
  folder: string,
  toStore: ToStore,
): Promise<Pick<Failure, 'id'> & { folder: string }> {
  const { outcome, story, ...rest } = toStore
  const id = failureId(rest.clause, outcome.plan, rest.adapter)
  const failure: StoredFailure = { format: FAILURE_FORMAT, id, ...rest }
  const files: Readonly<Record<string, string>> = {
    'plan.json': `${JSON.stringify(outcome.plan, null, 2)}\n`,
    'story.txt': `${story.join('\n')}\n`,
    'failure.json': `${JSON.stringify(failure, null, 2)}\n`,
  }
  const target = join(folder, id)
  const fresh = join(folder, `.${id}-${randomBytes(4).toString('hex')}`)
  await makeOwnFolder(folder)
  await mkdir(fresh)
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(fresh, name), text)
    if (outcome.history !== null) writeHistory(join(fresh, 'history.jsonl'), outcome.history)
    await moveInto(fresh, target)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    throw error
  }
  return { id, folder: target }
}

/** A folder that is there already is never missing meanwhile: its files are replaced one by one. */
async function moveInto(fresh: string, target: string): Promise<void> {
  try {
    return await rename(fresh, target)
  } catch (error) {
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST', 'EPERM')) throw error
    // It was stored before.
  }
  const names = await readdir(fresh)
  for (const name of names) await rename(join(fresh, name), join(target, name))
  for (const name of FILES) if (!names.includes(name)) await rm(join(target, name), { force: true })
  await rm(fresh, { recursive: true })
}

const FILES: ReadonlySet<string> = new Set(['plan.json', 'history.jsonl', 'story.txt', 'failure.json'])
/** Failures that a folder keeps. */
const MOST_FAILURES = 200

/** Removes the oldest failures of a folder that holds many; those of `ids` stay. */
export const tidyFailures = (folder: string, ids: readonly string[], most: number = MOST_FAILURES): Promise<void> =>
  tidy(folder, { keep: new Set(ids), most, files: FILES })
