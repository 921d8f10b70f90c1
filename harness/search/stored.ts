/** Reads stored failures back. Each is read by itself, so a damaged failure does not affect others. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { UsageError } from '../errors.ts'
import { currentFailure } from '../former-formats.ts'
import { type ReadHistory, readHistory } from '../history/read.ts'
import { hasCode } from '../own-folder.ts'
import { parseJson, parsePlan } from '../plan/parse.ts'
import type { Plan } from '../plan/plan.ts'
import { sentenceOf } from '../sentence.ts'
import { FAILURE_FORMAT, FAILURES_FOLDER, type StoredFailure, storedFailure } from './store.ts'

export interface ReadFailure {
  readonly failure: StoredFailure
  readonly plan: Plan
  /** Null where it is missing. */
  readonly story: readonly string[] | null
  /** Null where it is missing, damaged or cut. */
  readonly history: ReadHistory | null
  /** What is missing, one sentence each. */
  readonly notes: readonly string[]
  /** Path of the failure's folder. */
  readonly folder: string
}

/**
 * Throws a {@link UsageError} that names the file and says what to do if the plan or failure.json is missing or damaged. A
 * failure without its story or history can still be replayed.
 */
export async function readFailure(id: string, folder: string = FAILURES_FOLDER): Promise<ReadFailure> {
  if (!/^[\w-]+$/.test(id))
    throw new UsageError(`${id} is not the id of a failure: give one such as delivery-1-1a2b3c4d.`)
  const path = join(folder, id)
  const about = join(path, 'failure.json')
  const planFile = join(path, 'plan.json')
  const anew = 'certify again to store the failure again'
  const bare = `${anew}, or run only its plan: busproof replay ${planFile} --adapter ADAPTER`
  const failure = await withRemedy(bare, async () => parseFailure(await readText(about, id), about))
  const plan = await withRemedy(anew, async () =>
    parsePlan(parseJson(await readText(planFile, id), planFile), planFile),
  )
  const notes: string[] = []
  return {
    failure,
    plan,
    story: await readStory(join(path, 'story.txt'), notes),
    history: await readWholeHistory(join(path, 'history.jsonl'), notes),
    notes,
    folder: path,
  }
}

/** Adds what to do to an error about a file. */
async function withRemedy<T>(remedy: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof UsageError) || error instanceof NotThere) throw error
    throw new UsageError(`${error.message.replace(/\.$/, '')}; ${remedy}`, { cause: error })
  }
}

class NotThere extends UsageError {}

function parseFailure(text: string, where: string): StoredFailure {
  const json = currentFailure(parseJson(text, where))
  const parsed = storedFailure.safeParse(json)
  if (parsed.success) return parsed.data
  const format = typeof json === 'object' && json !== null && 'format' in json ? json.format : undefined
  if (typeof format !== 'string' || format === FAILURE_FORMAT) throw new UsageError(sentenceOf(parsed.error, where))
  throw new UsageError(`${where}: format: this busproof reads ${FAILURE_FORMAT}, and this is ${format}`)
}

async function readText(path: string, id: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const reason = hasCode(cause, 'ENOENT') ? 'does not exist' : 'cannot be read'
    const folder = dirname(dirname(path))
    if (existsSync(dirname(path))) throw new UsageError(`${path} ${reason}`, { cause })
    throw new NotThere(`No stored failure ${id}: ${path} ${reason}; give the name of a folder in ${folder}.`, { cause })
  }
}

async function readStory(path: string, notes: string[]): Promise<readonly string[] | null> {
  try {
    return (await readFile(path, 'utf8')).trimEnd().split('\n')
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) notes.push(`${path} cannot be read`)
    // Rendered again from the history, if there is one.
    return null
  }
}

async function readWholeHistory(path: string, notes: string[]): Promise<ReadHistory | null> {
  try {
    const history = await readHistory(path)
    if (history.complete) return history
    notes.push(history.note ?? `${path} is incomplete`)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    notes.push(error.message.split(';')[0] ?? error.message)
  }
  return null
}
