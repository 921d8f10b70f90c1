/** Which process a number means. Numbers are used again, so a process is known by its number and when it began. */
import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'

export interface ProcessIdentity {
  readonly pid: number
  /** Told apart from every other process that has or will have this number on this machine; nothing else can be read from it. */
  readonly started: string
}

export interface RunningProcess extends ProcessIdentity {
  /** Number of its process group. */
  readonly group: number
}

/** Null when no such process runs; one that has ended, but has not been collected by its parent, does not run. */
export function processAt(pid: number): RunningProcess | null {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid)
}

export const runs = ({ pid, started }: ProcessIdentity): boolean => processAt(pid)?.started === started

/** That of this process's number: in another one, such as a container's, it means another process. Null where there are none. */
export function ownNamespace(): string | null {
  if (process.platform !== 'linux') return null
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return null // There is no /proc, or the kernel has no namespaces.
  }
}

/** This process in the names of files: others can tell by {@link mayRun} whether it still runs. */
export const ownName = (): string => nameIn(process.pid, ownNamespace())

const nameIn = (pid: number, namespace: string | null): string =>
  namespace === null ? String(pid) : `${pid}.${namespace.replaceAll(/\D/g, '')}`

/** Whether the process with this {@link ownName} may still run; unknown for a process in another namespace. */
export function mayRun(name: string): boolean {
  const pid = Number.parseInt(name, 10)
  return name !== nameIn(pid, ownNamespace()) || processAt(pid) !== null
}

const ENDED = /^[ZX]/

/** Fields behind the name, which may hold spaces and brackets: state, parent, group, …; the start is the 20th, in ticks since boot. */
const START_FIELD = 19
const GROUP_FIELD = 2

function fromProc(pid: number): RunningProcess | null {
  const stat = readOr(`/proc/${pid}/stat`, '')
  const fields = stat
    .slice(stat.lastIndexOf(')') + 1)
    .trim()
    .split(' ')
  const [state = '', group, start] = [fields[0], fields[GROUP_FIELD], fields[START_FIELD]]
  if (group === undefined || start === undefined || ENDED.test(state)) return null
  return { pid, group: Number(group), started: `${start}@${bootId()}` }
}

let boot: string | null = null
/** Ticks begin anew with each boot. */
function bootId(): string {
  boot ??= readOr('/proc/sys/kernel/random/boot_id', 'unknown').trim()
  return boot
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return otherwise // There is no such process, or no such file on this kernel.
  }
}

function fromPs(pid: number): RunningProcess | null {
  try {
    const said = execFileSync('ps', ['-o', 'state=,pgid=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, LC_ALL: 'C' },
    })
    const [state = '', group, ...start] = said.trim().split(/\s+/)
    return group === undefined || ENDED.test(state) ? null : { pid, group: Number(group), started: start.join(' ') }
  } catch {
    return null // ps fails when there is no such process.
  }
}
