/** Processes that certify, one edit at a time each. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Asked, Judged } from './judge.ts'

const PROGRAM = fileURLToPath(new URL('./judge.ts', import.meta.url))
/** Beyond the time that a certificate has, until its process is ended, ms. */
const GRACE = 30_000
/** For a process to clean up after itself, ms. */
const CLEANING = 20_000

const HANG = 'hang'

export interface Judge extends AsyncDisposable {
  ask(asked: Asked): Promise<Judged>
}

/** Starts its process when it is asked, and another one after that has ended. */
export function createJudge(env: NodeJS.ProcessEnv = {}): Judge {
  let child: ChildProcess | null = null

  const start = (): ChildProcess => {
    const started = fork(PROGRAM, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    started.once('exit', () => {
      if (child === started) child = null
    })
    return started
  }

  const end = async (): Promise<void> => {
    const ending = child
    if (ending === null) return
    child = null
    const gone = new Promise<void>((resolve) => ending.once('exit', () => resolve()))
    ending.kill('SIGTERM')
    const timer = setTimeout(() => ending.kill('SIGKILL'), CLEANING)
    await gone
    clearTimeout(timer)
  }

  return {
    async ask(asked) {
      child ??= start()
      const judged = await askOnce(child, asked)
      if (judged.by[0] === HANG) await end()
      return judged
    },
    [Symbol.asyncDispose]: end,
  }
}

/** Resolves also where the process comes to no end, or to its own. */
async function askOnce(child: ChildProcess, asked: Asked): Promise<Judged> {
  let said = ''
  const hear = (chunk: Buffer): void => {
    said = (said + chunk.toString()).slice(-2_000)
  }
  const over = new AbortController()
  const caught = (by: string): Judged => ({ verdict: 'caught', by: [by], runs: 0 })
  child.stderr?.on('data', hear)
  try {
    return await new Promise<Judged>((resolve) => {
      const timer = setTimeout(() => resolve(caught(HANG)), asked.time + GRACE)
      const died = (code: number | null, signal: string | null): void =>
        resolve(caught(`crash: ${signal ?? code} ${said.trim().split('\n').at(-1) ?? ''}`.trim()))
      child.once('exit', died)
      child.once('message', resolve)
      over.signal.addEventListener('abort', () => {
        clearTimeout(timer)
        child.off('exit', died)
        child.off('message', resolve)
      })
      child.send(asked)
    })
  } finally {
    over.abort()
    child.stderr?.off('data', hear)
  }
}
