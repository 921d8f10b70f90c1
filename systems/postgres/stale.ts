/** What a server left behind whose harness was killed. */
import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

const END_WITHIN = 5_000

/** Ends a server that still runs on this data folder, and removes the folder. */
export async function removeStale(data: string): Promise<void> {
  const pid = await recordedPid(data)
  // The number may have gone to another program since.
  if (pid !== null && (await commandOf(pid)).includes(data)) await end(pid)
  await rm(data, { recursive: true, force: true })
}

async function recordedPid(data: string): Promise<number | null> {
  try {
    const [first = ''] = (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')
    const pid = Number(first)
    return Number.isInteger(pid) && pid > 1 ? pid : null
  } catch {
    return null // No server has run here, or it ended in good order.
  }
}

async function commandOf(pid: number): Promise<string> {
  if (process.platform !== 'linux') return await commandByPs(pid)
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ')
  } catch {
    return '' // It has ended.
  }
}

const commandByPs = (pid: number): Promise<string> =>
  new Promise((resolve) => {
    // An error means that there is no such process.
    execFile('ps', ['-o', 'args=', '-p', String(pid)], (_error, stdout) => resolve(stdout))
  })

async function end(pid: number): Promise<void> {
  signalled(pid, 'SIGQUIT')
  const until = performance.now() + END_WITHIN
  while (signalled(pid, 0)) {
    if (performance.now() > until) signalled(pid, 'SIGKILL')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** False when there is no such process. */
function signalled(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false // It has ended.
  }
}
