/** Pinned plans: failures that were found once, kept in a project's own repository and run first ever after. */
import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { UsageError } from '../errors.ts'
import { currentFailure } from '../former-formats.ts'
import { hasCode } from '../own-folder.ts'
import { sentenceOf } from '../sentence.ts'
import { SITES } from '../site-name.ts'
import { parseJson, parsePlan } from './parse.ts'
import type { Scenario } from './scenarios.ts'

export const REGRESSION_FORMAT = 'busproof.regression/2'
/** Below the folder that busproof runs in. */
export const REGRESSIONS_FOLDER = 'scenarios/regressions'

const outline = z.strictObject({
  format: z.literal(REGRESSION_FORMAT),
  name: z.string().min(1),
  text: z.string().min(1),
  pinned: z.iso.date(),
  clause: z.string().min(1),
  adapter: z.string().min(1),
  site: z.enum(SITES),
  servers: z.int().positive(),
  /** Numbers of what did not land when it failed, see `missedIn`. */
  missed: z.array(z.int().min(0)).default([]),
  plan: z.unknown(),
})

export interface Regression extends Omit<z.infer<typeof outline>, keyof Scenario>, Scenario {}

const REMEDY = 'pin the failure again, or remove the file'

/** Throws a {@link UsageError} that names `where` it came from, what is wrong, and what to do. */
export function parseRegression(text: string, where: string): Regression {
  try {
    return parse(parseJson(text, where), where)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw new UsageError(`${error.message.replace(/\.$/, '')}; ${REMEDY}`, { cause: error })
  }
}

function parse(given: unknown, where: string): Regression {
  const json = currentFailure(given)
  const format = typeof json === 'object' && json !== null && 'format' in json ? json.format : undefined
  if (typeof format === 'string' && format !== REGRESSION_FORMAT) {
    throw new UsageError(`${where}: format: this busproof reads ${REGRESSION_FORMAT}, and this is ${format}`)
  }
  const parsed = outline.safeParse(json)
  if (!parsed.success) throw new UsageError(sentenceOf(parsed.error, where))
  return { ...parsed.data, plan: parsePlan(parsed.data.plan, `${where}: plan`) }
}

/** Every `*.json` in the folder, by file name; none where there is no such folder. Throws as {@link parseRegression} does. */
export async function loadRegressions(folder: string): Promise<readonly Regression[]> {
  const found: Regression[] = []
  for (const file of await regressionFiles(folder)) found.push(parseRegression(await readText(file), file))
  return found
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    throw new UsageError(`${file}: this pinned plan cannot be read (${why}); ${REMEDY}`, { cause })
  }
}

async function regressionFiles(folder: string): Promise<string[]> {
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.json'))
    return names.sort().map((name) => join(folder, name))
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw new UsageError(
      `${folder}: pinned plans cannot be read from this folder (${String(error)}); give another folder`,
    )
  }
}

/** Whether both ask for the same: what was written about them does not count. */
export const isSamePin = (one: Regression, other: Pick<Regression, 'plan' | 'clause'>): boolean =>
  one.clause === other.clause && JSON.stringify(one.plan) === JSON.stringify(other.plan)

/** The file in the folder that pins the same plan, or null. Damaged files are skipped here; running them reports the error. */
export async function findPin(folder: string, wanted: Pick<Regression, 'plan' | 'clause'>): Promise<string | null> {
  for (const file of await regressionFiles(folder)) {
    const there = await tryRegression(file)
    if (there !== null && isSamePin(there, wanted)) return file
  }
  return null
}

/** Null where there is none, or it is broken. */
export async function tryRegression(file: string): Promise<Regression | null> {
  try {
    return parseRegression(await readFile(file, 'utf8'), file)
  } catch {
    // Damaged or missing: the caller writes it again.
    return null
  }
}

/** Whether a file with this text may be lost to a pin: a broken one, or one of another version. Anything else is somebody's. */
export function isPinOfSorts(text: string): boolean {
  try {
    const json: unknown = JSON.parse(text)
    const format = typeof json === 'object' && json !== null && 'format' in json ? json.format : undefined
    return typeof format === 'string' && format.startsWith('busproof.regression/')
  } catch {
    // Half of a pin, or one that was edited by hand.
    return text.trim() === '' || text.includes('busproof.regression/')
  }
}

/** Lower case, words parted by `-`; empty where nothing is left. */
export const fileNameOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 100)

/** Written to a temporary name and moved into place, so that it is never incomplete. The folder must exist. */
export async function writeRegression(file: string, regression: Regression): Promise<void> {
  const { name, text, pinned, clause, adapter, site, servers, missed, plan } = regression
  const about = { name, text, pinned, clause, adapter, site, servers, missed }
  const ordered: Regression = { format: REGRESSION_FORMAT, ...about, plan }
  const aside = `${file}.${process.pid}.part`
  await writeFile(aside, `${JSON.stringify(ordered, null, 2)}\n`)
  await rename(aside, file)
}
