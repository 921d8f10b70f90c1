/** Leftovers on systems that the harness did not start: the system removes them. */
import { messageOf, SiteError } from '../../errors.ts'
import { loadSweep } from '../../load/system.ts'
import type { Leftover } from './leftover.ts'

/** A system that does not answer must not keep a run from beginning, ms. */
const REMOTE_WITHIN = 30_000
const CONTROL_WITHIN = 3_000

export async function sweepRemote(
  system: string,
  settings: Readonly<Record<string, string>>,
  prefixes: readonly string[],
): Promise<readonly string[]> {
  const what = `everything that starts with ${prefixes.join(', ')} on ${system}`
  const sweep = await loadSweep(system)
  if (sweep === null) throw new SiteError(`busproof does not know how to remove ${what}: remove it by hand`)
  try {
    return await within(REMOTE_WITHIN, sweep(settings, prefixes))
  } catch (error) {
    const message = messageOf(error)
    throw new SiteError(`cannot remove ${what}; the next sweep tries again: ${message}`, { cause: error })
  }
}

/** One that is not there any more has been removed by somebody else; and proxies go with their server. */
export async function removeProxy({ url, name }: Extract<Leftover, { kind: 'proxy' }>): Promise<readonly string[]> {
  const proxy = new URL(`proxies/${encodeURIComponent(name)}`, url.endsWith('/') ? url : `${url}/`)
  try {
    const answer = await fetch(proxy, { method: 'DELETE', signal: AbortSignal.timeout(CONTROL_WITHIN) })
    if (answer.status === 404) return []
    if (!answer.ok) throw new Error(`status ${answer.status}`)
    return [`removed the proxy ${name} at ${url}`]
  } catch (error) {
    if (isRefused(error)) return []
    const message = messageOf(error)
    throw new SiteError(`cannot remove the proxy ${name} at ${url}; the next sweep tries again: ${message}`, {
      cause: error,
    })
  }
}

/** Nothing listens there. */
const isRefused = (error: unknown): boolean =>
  error instanceof Error &&
  typeof error.cause === 'object' &&
  error.cause !== null &&
  'code' in error.cause &&
  error.cause.code === 'ECONNREFUSED'

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no end in ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
