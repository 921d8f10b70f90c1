/** Programs that the harness starts, and that end when the harness does, even when it is killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { Socket } from 'node:net'
import { basename } from 'node:path'
import { PassingError, SiteError } from '../errors.ts'
import { sleep } from '../waiting.ts'
import { holdProcess } from './leases/lease.ts'

export interface Program {
  /** Resolves when it has ended, with what it said last. */
  readonly ended: Promise<string>
  /** The last of what it has said on its output so far. */
  said(): string
  /** Whether it still runs. */
  running(): boolean
  /**
   * Resolves once all its threads have stopped (SIGSTOP), or with false if it has ended. Rejects with {@link PassingError} if it
   * does not stop within 10 s.
   */
  pause(): Promise<boolean>
  /** Continues it (SIGCONT); false if it has ended. */
  resume(): boolean
  /** Ends it with its `end` signal; kills it where it has not ended after `grace` ms. */
  stop(grace?: number): Promise<void>
}

export interface ProgramOptions {
  /** Run as this user. */
  readonly user?: { readonly uid: number; readonly gid: number }
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /**
   * The signal that ends it; default SIGINT. SIGKILL where it may be paused, or does not hear of SIGINT, which a shell
   * lets its background programs ignore: Java leaves it so.
   */
  readonly end?: 'SIGINT' | 'SIGKILL'
}

/** Kept of what the program says, for error messages. */
const KEPT = 8_192
const GRACE = 8_000
/** Between two looks at whether a program has come to a stop, ms. */
const AGAIN_AFTER = 2
/** How long a program may take to stop once it is paused, ms: a thread that waits for a disk stops only then. */
const STOPS_WITHIN = 10_000
/** States of a thread that does nothing: stopped, traced, ended. */
const STOPPED = new Set(['T', 't', 'Z', 'X'])
/** Descriptor on which the shell says the program's number. */
const NUMBER_PIPE = 3

/**
 * The shell writes the program's number to its descriptor 3, and holds the reading end of a pipe from the harness. When that
 * closes, because the program was ended or the harness is gone, the shell sends the program the signal that ends it. The program
 * is in its own process group, so that Ctrl-C in a terminal reaches only the harness, which then ends it in an orderly way.
 */
const WATCH = `
end=$1
shift
exec 4<&0
"$@" 3>&- 4<&- </dev/null &
program=$!
echo "$program" >&3
exec 3>&-
{ read -r _ <&4; kill -s "$end" "$program"; } >/dev/null 2>&1 &
watch=$!
exec 4<&-
wait "$program"
code=$?
kill "$watch" 2>/dev/null
exit "$code"
`

/** Starts `command`. Resolves once it is running; rejects with {@link SiteError} when it cannot be started. */
export async function startProgram(
  command: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<Program> {
  const child = spawn('sh', ['-c', WATCH, 'sh', (options.end ?? 'SIGINT').slice('SIG'.length), command, ...args], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...options.user,
  })
  let said = ''
  const keep = (chunk: Buffer): void => {
    said = (said + chunk.toString()).slice(-KEPT)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  // Closed by a program that ended by itself; its end is told by `ended`.
  child.stdin.on('error', () => {})
  const ended = new Promise<string>((resolve) => child.once('close', () => resolve(said.trim())))
  const [, pid] = await Promise.all([started(child, command), numberOf(child)])
  // Until its number is known, the shell alone sees to its end.
  void ended.then(holdProcess(basename(command), [child.pid, pid], options.end ?? 'SIGINT'))
  keepAlive(child, false)
  const running = (): boolean => child.exitCode === null && child.signalCode === null
  return {
    ended,
    running,
    said: () => said.trim(),
    pause: async () => {
      if (!running() || pid === null || !signalled(pid, 'SIGSTOP')) return false
      const until = performance.now() + STOPS_WITHIN
      while (running() && (await goesOn(pid))) {
        if (performance.now() > until)
          throw new PassingError(`${basename(command)} received SIGSTOP, but did not stop within ${STOPS_WITHIN} ms`)
        await sleep(AGAIN_AFTER)
      }
      return running()
    },
    resume: () => running() && pid !== null && signalled(pid, 'SIGCONT'),
    stop: async (grace = GRACE) => stop(child, ended, running, grace),
  }
}

/** The process id of the program itself, below the shell; null when the shell ended without saying it. */
function numberOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    const pipe = child.stdio[NUMBER_PIPE]
    let text = ''
    pipe?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    pipe?.on('close', () => resolve(/^\d+$/.test(text.trim()) ? Number(text) : null))
  })
}

function signalled(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false // It has just ended.
  }
}

/**
 * Whether one of its threads has not stopped yet. SIGSTOP only begins the stop: on a busy machine threads ran on for 15 ms, long
 * enough to answer. False if the operating system does not report it (/proc, Linux).
 */
async function goesOn(pid: number): Promise<boolean> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => [])
  const states = await Promise.all(
    threads.map(async (thread) => {
      const stat = await readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8').catch(() => '')
      // What stands before may hold anything: the thread's name, in brackets.
      return stat.slice(stat.lastIndexOf(')') + 2).charAt(0)
    }),
  )
  return states.some((state) => state !== '' && !STOPPED.has(state))
}

function started(child: ChildProcess, command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (error) => reject(new SiteError(`Cannot start ${command}: ${error.message}`, { cause: error })))
  })
}

/** A program that is not stopped must not keep the harness from ending, which ends the program. */
function keepAlive(child: ChildProcess, alive: boolean): void {
  const pipes = child.stdio.filter((stream) => stream instanceof Socket)
  for (const held of [child, ...pipes]) {
    if (alive) held.ref()
    else held.unref()
  }
}

async function stop(child: ChildProcess, ended: Promise<string>, running: () => boolean, grace: number): Promise<void> {
  keepAlive(child, true)
  child.stdin?.end()
  const timer = setTimeout(() => {
    // The whole group: the shell and its program.
    if (running() && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  }, grace)
  await ended
  clearTimeout(timer)
}
