/** A place of its own for each test, leases in it, and programs, for tests of leases and of what sweeps them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { ownNamespace, type ProcessIdentity, processAt } from './identity.ts'
import { LEASE_FORMAT, type Leftover } from './leftover.ts'

export const self = processAt(process.pid) ?? { pid: process.pid, started: 'unknown' }
/** A process that is gone. */
export const NOBODY: ProcessIdentity = { pid: self.pid, started: 'before this process was given its number' }

export const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

/** What a program has written, once it looks so. */
export async function written(file: string, wanted: RegExp): Promise<string> {
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => '') // It is not there yet.
    if (wanted.test(text)) return text
    await pause()
  }
}

export const processLeft = ({ pid, started }: ProcessIdentity): Leftover => ({
  kind: 'process',
  name: 'program',
  members: [{ pid, started }],
  end: 'SIGKILL',
})

export interface Place extends AsyncDisposable {
  readonly path: string
  /** The folder of the leases, in it. */
  readonly leases: string
  /** Starts a program in a process group of its own. */
  program(script?: string): ProcessIdentity
  /** Writes a lease of {@link NOBODY}'s, `more` over it; resolves with its file. */
  leave(leftovers: readonly Leftover[], more?: object): Promise<string>
}

export async function createPlace(): Promise<Place> {
  const path = await mkdtemp(join(tmpdir(), 'busproof-lease-'))
  const leases = join(path, 'leases')
  await mkdir(leases, { mode: 0o700 })
  const children: ChildProcess[] = []
  const where = { machine: hostname(), namespace: ownNamespace() }
  return {
    path,
    leases,
    program(script = 'setInterval(() => {}, 60_000)') {
      const child = spawn(process.execPath, ['-e', script], { detached: true, stdio: 'ignore' })
      children.push(child)
      const found = processAt(child.pid ?? 0)
      if (found === null) throw new Error('the program does not run')
      return { pid: found.pid, started: found.started }
    },
    async leave(leftovers, more = {}) {
      const file = join(leases, 'left.json')
      await writeFile(file, JSON.stringify({ format: LEASE_FORMAT, ...where, owner: NOBODY, leftovers, ...more }))
      return file
    },
    async [Symbol.asyncDispose]() {
      for (const child of children) child.kill('SIGKILL')
      await rm(path, { recursive: true })
    },
  }
}
