/** Counts what this process holds, by kind. */
import { readdirSync, readlinkSync } from 'node:fs'

export type Counts = Readonly<Record<string, number>>

/** Lasting resources; pending requests come and go by themselves. */
const KINDS: Readonly<Record<string, string>> = {
  TCPSocketWrap: 'sockets',
  TCPServerWrap: 'servers',
  UDPWrap: 'datagram sockets',
  PipeWrap: 'pipes',
  PipeServerWrap: 'pipe servers',
  ProcessWrap: 'child processes',
  Timeout: 'timers',
  FSEventWrap: 'file watchers',
  StatWatcher: 'file watchers',
  Worker: 'workers',
}

/** The harness's own channel and output are among these. */
const SHARED = ['pipes', 'socket descriptors']

/**
 * Makes a function that counts what this process holds. Pipes and descriptors that it held when the census was made are
 * the harness's own and left out. What does not keep the process alive is seen only as an open descriptor, on Linux.
 */
export function createCensus(): () => Counts {
  const own = countAll()
  return () => {
    const less = (kind: string, count: number): number => Math.max(0, count - (own[kind] ?? 0))
    const entries = Object.entries(countAll())
    return Object.fromEntries(entries.map(([kind, count]) => [kind, SHARED.includes(kind) ? less(kind, count) : count]))
  }
}

function countAll(): Counts {
  const counts: Record<string, number> = Object.fromEntries(Object.values(KINDS).map((kind) => [kind, 0]))
  for (const name of process.getActiveResourcesInfo()) {
    const kind = KINDS[name]
    if (kind !== undefined) counts[kind] = (counts[kind] ?? 0) + 1
  }
  const events = process.eventNames()
  counts['process listeners'] = events.reduce((sum, event) => sum + process.listenerCount(event), 0)
  const descriptors = socketDescriptors()
  if (descriptors !== null) counts['socket descriptors'] = descriptors
  return counts
}

/** Null if the operating system does not report it. */
function socketDescriptors(): number | null {
  if (process.platform !== 'linux') return null
  return readdirSync('/proc/self/fd').filter((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith('socket:')
    } catch {
      return false // Closed since it was listed: the descriptor of the listing itself is one of these.
    }
  }).length
}
