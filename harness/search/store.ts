/** Failing plans on disk, one folder each. The plan is what is kept: a seed would mean another plan tomorrow. */
import { createHash, randomBytes } from 'node:crypto'
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import type { Failure } from '../certificate/certificate.ts'
import { UsageError } from '../certify-options.ts'
import { writeHistory } from '../history/write.ts'
import { parseJson, parsePlan } from '../plan/parse.ts'
import type { Plan } from '../plan/plan.ts'
import { sentenceOf } from '../plan/sentence.ts'
import type { RunOutcome } from '../run/outcome.ts'
import { SITES } from '../site/site-name.ts'

export const FAILURE_FORMAT = 'busproof.failure/1'
export const FAILURES_FOLDER = '.busproof/failures'

const size = z.strictObject({ messages: z.number(), faults: z.number(), consumers: z.number() })

const about = z.object({
  format: z.literal(FAILURE_FORMAT),
  id: z.string(),
  adapter: z.string().min(1),
  site: z.enum(SITES),
  nodes: z.number().int().positive(),
  level: z.enum(['core', 'resilient']),
  clause: z.string(),
  seed: z.number(),
  confirmed: z.strictObject({ failed: z.number(), of: z.number() }),
  shrunk: z.strictObject({ from: size, to: size, ended: z.enum(['minimal', 'budget', 'not reproduced']) }),
})

/** What `failure.json` holds: how to run the plan again, and how it was found. */
export type StoredFailure = z.infer<typeof about>

export interface ReadFailure {
  readonly failure: StoredFailure
  readonly plan: Plan
  readonly story: readonly string[]
  /** Path of the failure's folder. */
  readonly folder: string
}

/** Throws a {@link UsageError} where failures could not be stored in `folder`, before there is one to store. Makes nothing. */
export function assertStorable(folder: string): void {
  let there = resolve(folder)
  while (!existsSync(there) && there !== dirname(there)) there = dirname(there)
  try {
    accessSync(there, constants.W_OK)
    if (statSync(there).isDirectory()) return
  } catch {
    // It cannot be written to: told below.
  }
  throw new UsageError(`--failures ${folder}: failures cannot be stored there; name a folder that can be written to`)
}

/** The clause, and a short hash of plan and adapter: the same failure found again gets the same id. */
export function failureId(clause: string, plan: Plan, adapter: string): string {
  const hash = createHash('sha256').update(JSON.stringify(plan)).update('\0').update(adapter).digest('hex')
  return `${clause.replaceAll('/', '-')}-${hash.slice(0, 8)}`
}

export interface ToStore
  extends Pick<StoredFailure, 'adapter' | 'site' | 'nodes' | 'level' | 'clause' | 'seed' | 'confirmed' | 'shrunk'> {
  /** The smallest failing run. */
  readonly outcome: RunOutcome
  readonly story: readonly string[]
}

/**
 * Writes `plan.json`, `history.jsonl` (where there is one), `story.txt` and `failure.json` into a folder below
 * `folder`, all or nothing; the same failure stored before is replaced. Gives back its id and folder.
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
  await mkdir(fresh, { recursive: true })
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(fresh, name), text)
    if (outcome.history !== null) writeHistory(join(fresh, 'history.jsonl'), outcome.history)
    await rm(target, { recursive: true, force: true })
    await rename(fresh, target)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    throw error
  }
  return { id, folder: target }
}

async function readText(path: string, id: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const reason =
      cause instanceof Error && 'code' in cause && cause.code === 'ENOENT' ? 'is not there' : 'cannot be read'
    throw new UsageError(
      `No stored failure ${id}: ${path} ${reason}; give the name of a folder in ${dirname(dirname(path))}.`,
      { cause },
    )
  }
}

/** Reads a stored failure back. Throws a {@link UsageError} that names the file which is missing or damaged. */
export async function readFailure(id: string, folder: string = FAILURES_FOLDER): Promise<ReadFailure> {
  if (!/^[\w-]+$/.test(id)) throw new UsageError(`${id} is no id of a failure: give one such as delivery-1-1a2b3c4d.`)
  const path = join(folder, id)
  const where = join(path, 'failure.json')
  const parsed = about.safeParse(parseJson(await readText(where, id), where))
  if (!parsed.success) throw new UsageError(sentenceOf(parsed.error, where))
  const planPath = join(path, 'plan.json')
  const plan = parsePlan(parseJson(await readText(planPath, id), planPath), planPath)
  const story = (await readText(join(path, 'story.txt'), id)).trimEnd().split('\n')
  return { failure: parsed.data, plan, story, folder: path }
}
