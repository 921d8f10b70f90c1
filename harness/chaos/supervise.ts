/** Starts the supervisor of a chaos run, and tells it that the harness lives. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { SiteError } from '../errors.ts'
import { tsxFlags } from '../host/process-host.ts'
import { processAt } from '../process/leases/identity.ts'

/** `beat`: it lives. `done`: it has cleaned up by itself. */
export type ToSupervisor = 'beat' | 'done'

/** A harness that says nothing for so long hangs, ms. */
export const BEATS_WITHIN = 5_000
const BEAT = 500
/** A supervisor that keeps dying protects nothing. */
const MOST_STARTS = 5

export interface Supervision extends AsyncDisposable {
  readonly pid: number | undefined
}

/** `lost` is called when the supervisor has died too often: the run must end. */
export function startSupervisor(lost: (error: SiteError) => void): Supervision {
  let isOver = false
  let starts = 0
  let child: ChildProcess

  const start = (): ChildProcess => {
    starts += 1
    const started = forkSupervisor()
    const again = (): void => {
      if (isOver || child !== started) return
      if (starts < MOST_STARTS) child = start()
      else lost(new SiteError(`the supervisor of the run has died ${starts} times`))
    }
    started.once('error', again)
    started.once('exit', again)
    return started
  }
  const tell = (message: ToSupervisor): void => {
    if (child.connected) child.send(message, () => undefined)
  }

  child = start()
  const beating = setInterval(() => tell('beat'), BEAT)
  return {
    get pid() {
      return child.pid
    },
    async [Symbol.asyncDispose]() {
      isOver = true
      clearInterval(beating)
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = new Promise((resolve) => child.once('exit', resolve))
      tell('done')
      await gone
    },
  }
}

/** In a process group of its own, so that what ends the harness does not end it too. */
function forkSupervisor(): ChildProcess {
  const isSource = import.meta.url.endsWith('.ts')
  const entry = new URL(isSource ? './supervisor.ts' : './supervisor.js', import.meta.url)
  const self = processAt(process.pid)
  return fork(fileURLToPath(entry), [String(process.pid), self?.started ?? ''], {
    execArgv: ['--no-warnings', ...tsxFlags(isSource)],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    detached: true,
  })
}
