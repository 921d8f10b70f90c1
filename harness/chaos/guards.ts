/** What may end a chaos run from outside. A guard that cannot be read counts as red: what nobody can see may be broken. */
import { execFile } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { messageOf } from '../errors.ts'
import { withoutSettingsOfSystems } from '../host/process-host.ts'
import { sleepUnless } from '../waiting.ts'
import type { ChaosConfig, Guard } from './file/config.ts'

const run = promisify(execFile)
/** A guard answers within this time, ms. */
const WITHIN = 5_000
/** ms between two looks for the file that stops a run. */
const LOOK = 250

/** Null while it is green; else one sentence without its full stop. */
export async function readGuard(guard: Guard, cwd: string, within = WITHIN): Promise<string | null> {
  try {
    if ('http' in guard) return await readHttp(guard.http, within)
    if ('command' in guard) return await readCommand(guard.command, { cwd, within })
    return await readPromql(guard, within)
  } catch (error) {
    return `${guardName(guard)} cannot be read: ${causeOf(error)}`
  }
}

/** Arguments may hold secrets. */
export function guardName(guard: Guard): string {
  if ('http' in guard) return `the guard ${guard.http}`
  return 'command' in guard ? `the guard ${guard.command[0]}` : `the guard ${guard.promql}`
}

async function readHttp(url: string, within: number): Promise<string | null> {
  const { ok, status, body } = await fetch(url, { signal: AbortSignal.timeout(within), redirect: 'error' })
  await body?.cancel()
  return ok ? null : `the guard ${url} answered ${status}`
}

async function readCommand(
  command: readonly string[],
  { cwd, within }: { readonly cwd: string; readonly within: number },
): Promise<string | null> {
  const [program = '', ...rest] = command
  try {
    // One that ignores SIGTERM must not keep the guard from being read.
    const env = withoutSettingsOfSystems(process.env)
    await run(program, rest, { cwd, env, timeout: within, killSignal: 'SIGKILL' })
    return null
  } catch (error) {
    const { code, killed, signal } = error as {
      readonly code?: unknown
      readonly killed?: boolean
      readonly signal?: unknown
    }
    if (typeof code === 'string') throw error
    if (killed === true) throw new Error(`it took longer than ${within} ms`)
    if (typeof code !== 'number') throw new Error(`it was ended by ${String(signal)}`)
    return `the guard ${program} ended with ${code}`
  }
}

const answer = z.object({
  status: z.literal('success'),
  data: z.object({
    resultType: z.enum(['vector', 'scalar']),
    result: z.union([
      z.tuple([z.number(), z.string()]),
      z.array(z.object({ value: z.tuple([z.number(), z.string()]) })),
    ]),
  }),
})

function answerIn(text: string, at: string): z.infer<typeof answer> {
  try {
    return answer.parse(JSON.parse(text))
  } catch {
    // What either of them says of it has many lines.
    throw new Error(`${at} did not answer with a vector or a scalar`)
  }
}

/** Each series of the answer must keep the bound; an answer without any is one that cannot be read. */
async function readPromql(
  { promql, at, below, above }: Extract<Guard, { promql: string }>,
  within: number,
): Promise<string | null> {
  const url = new URL(at)
  url.pathname = `${url.pathname.replace(/\/$/, '')}/api/v1/query`
  url.searchParams.set('query', promql)
  const response = await fetch(url, { signal: AbortSignal.timeout(within), redirect: 'error' })
  if (!response.ok) throw new Error(`${at} answered ${response.status}`)
  const { data } = answerIn(await response.text(), at)
  const texts =
    data.resultType === 'scalar'
      ? [data.result[1]]
      : data.result.map((one) => (one as { value: [number, string] }).value[1])
  const values = texts.map((text) => Number(String(text).replace('Inf', 'Infinity')))
  if (values.length === 0) throw new Error('the answer has no value')
  const red = values.find(
    (value) => !((below === undefined || value < below) && (above === undefined || value > above)),
  )
  if (red === undefined) return null
  return `the guard ${promql} is ${red}, not ${below === undefined ? `above ${above}` : `below ${below}`}`
}

/** The cause of a failed fetch says more than the failure does. */
const causeOf = (error: unknown): string =>
  error instanceof Error && error.cause instanceof Error ? messageOf(error.cause) || messageOf(error) : messageOf(error)

/** Why no run may start now; null if one may. */
export async function firstRed(config: ChaosConfig, cwd: string): Promise<string | null> {
  const stopped = stopFile(config, cwd)
  if (stopped !== null) return stopped
  const all = await Promise.all(config.guards.map((guard) => readGuard(guard, cwd)))
  return all.find((one) => one !== null) ?? null
}

/** Where the chaos file names such a file, no run starts until somebody removes it. */
export function leaveStopFile({ stop }: ChaosConfig, cwd: string): void {
  if (stop !== undefined) writeFileSync(resolve(cwd, stop.file), '')
}

function stopFile({ stop }: ChaosConfig, cwd: string): string | null {
  if (stop === undefined || !existsSync(resolve(cwd, stop.file))) return null
  return `the file ${stop.file} is there, which stops every run: remove it to run again`
}

/** Calls `red` once, as soon as a guard is red or the file is there; until the signal aborts. */
export function watchGuards(
  config: ChaosConfig,
  cwd: string,
  { red, signal }: { readonly red: (why: string) => void; readonly signal: AbortSignal },
): void {
  let isTold = false
  const tell = (why: string): void => {
    if (isTold || signal.aborted) return
    isTold = true
    red(why)
  }
  const poll = async (every: number, look: () => Promise<string | null>): Promise<void> => {
    while (!signal.aborted && !isTold) {
      const why = await look()
      if (why !== null) return tell(why)
      await sleepUnless(signal, every)
    }
  }
  for (const guard of config.guards) void poll(guard.every, () => readGuard(guard, cwd))
  if (config.stop !== undefined) void poll(LOOK, async () => stopFile(config, cwd))
}
