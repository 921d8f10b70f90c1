/**
 * Finds work that leaves virtual time: files, name look-ups, sockets, the crypto thread pool. What it brings back comes at
 * an arbitrary point of virtual time, so such a run would not repeat; it is called an error, by name.
 */
import { createHook } from 'node:async_hooks'
import type { VirtualTime } from './patch.ts'

const OUTSIDE: ReadonlyMap<string, string> = new Map([
  ['FSREQCALLBACK', 'files (node:fs)'],
  ['FSREQPROMISE', 'files (node:fs/promises)'],
  ['FILEHANDLE', 'files (node:fs/promises)'],
  ['GETADDRINFOREQWRAP', 'name look-up (node:dns)'],
  ['GETNAMEINFOREQWRAP', 'name look-up (node:dns)'],
  ['QUERYWRAP', 'name look-up (node:dns)'],
  ['TCPCONNECTWRAP', 'sockets (node:net)'],
  ['PIPECONNECTWRAP', 'sockets (node:net)'],
  ['UDPWRAP', 'sockets (node:dgram)'],
  ['PROCESSWRAP', 'child processes'],
  ['RANDOMBYTESREQUEST', 'the thread pool (node:crypto)'],
  ['PBKDF2REQUEST', 'the thread pool (node:crypto)'],
  ['SCRYPTREQUEST', 'the thread pool (node:crypto)'],
  ['SIGNREQUEST', 'the thread pool (node:crypto)'],
  ['HASHREQUEST', 'the thread pool (node:crypto)'],
  ['ZLIB', 'the thread pool (node:zlib)'],
])

/** Work with files that is under way in this thread, as {@link process.getActiveResourcesInfo} names it. */
const UNDER_WAY: ReadonlySet<string> = new Set(['FSReqCallback', 'FSReqPromise'])
/** Between two steps of such work nothing is under way for a turn of the event loop. */
const QUIET_TURNS = 3
/** The longest wait, ms: what goes on for longer is found in the run. */
const SETTLES_WITHIN = 5_000

/**
 * Resolves once work with files that loading has begun is over: tsx goes through its whole cache then, which takes longer than loading if
 * the cache has thousands of files.
 */
export async function loadingSettled({ now, setImmediate: turn }: VirtualTime['real']): Promise<void> {
  const until = now() + SETTLES_WITHIN
  for (let quiet = 0; quiet < QUIET_TURNS && now() < until; quiet++) {
    await new Promise<void>((resolve) => void turn(() => resolve()))
    if (process.getActiveResourcesInfo().some((name) => UNDER_WAY.has(name))) quiet = -1
  }
}

export interface OutsideWork {
  forget(): void
  /** One sentence that names the work seen since {@link OutsideWork.forget}, or null. */
  seen(): string | null
}

export function outsideWork(): OutsideWork {
  const kinds = new Set<string>()
  createHook({
    init(_id, type) {
      if (OUTSIDE.has(type)) kinds.add(OUTSIDE.get(type) ?? type)
    },
  }).enable()
  return {
    forget: () => kinds.clear(),
    seen: () =>
      kinds.size === 0
        ? null
        : `the adapter used ${[...kinds].join(' and ')} in the simulated site, which no run can repeat: reach the network through site.dial, or certify with --site real`,
  }
}
