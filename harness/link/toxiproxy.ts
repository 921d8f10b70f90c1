/** Toxiproxy's server, a child of the harness or one that runs already, driven with a deadline on every call. */

import { Toxiproxy } from 'toxiproxy-node-client'
import { PassingError, SiteError } from '../errors.ts'
import { freePort, LOOPBACK } from '../process/loopback.ts'
import { startProgram } from '../process/program.ts'
import { sleep } from '../waiting.ts'
import { versionOf } from './toxiproxy-control.ts'
import { findToxiproxy, isUrl, TOXIPROXY_MISSING } from './toxiproxy-find.ts'
import { makeProxy, type ToxiproxyServer } from './toxiproxy-proxy.ts'
import { useToxiproxy } from './toxiproxy-running.ts'

export { findToxiproxy, TOXIPROXY_MISSING } from './toxiproxy-find.ts'
export type { ToxiproxyProxy, ToxiproxyServer } from './toxiproxy-proxy.ts'

const START_DEADLINE = 10_000
/** A port can be taken by another program before the server listens on it. */
const STARTS = 3

/** Starts the server on loopback, or uses the one that runs. Rejects with {@link SiteError} when there is none, or no answer. */
export async function startToxiproxy(): Promise<ToxiproxyServer> {
  const program = await findToxiproxy()
  if (program === null) throw new SiteError(TOXIPROXY_MISSING)
  if (isUrl(program)) return await useToxiproxy(program)
  for (let tries = 1; ; tries++) {
    try {
      return await launch(program)
    } catch (error) {
      if (tries === STARTS || !(error instanceof PassingError)) throw error
    }
  }
}

async function launch(program: string): Promise<ToxiproxyServer> {
  const port = await freePort()
  const [args, options] = invocation(port)
  // It keeps nothing, and one that hangs can only be killed.
  const server = await startProgram(program, args, { ...options, end: 'SIGKILL' })
  return await serverOver(port, {
    running: async () => server.running(),
    said: async () => server.said(),
    stop: () => server.stop(),
  })
}

/** Arguments and environment of a server on this port of loopback. */
export const invocation = (port: number): [string[], { env: Record<string, string> }] => [
  ['-host', LOOPBACK, '-port', String(port)],
  { env: { LOG_LEVEL: 'error' } },
]

/** What a server of ours runs in: a program, or a container. */
export interface ServerProcess {
  running(): Promise<boolean>
  said(): Promise<string>
  stop(): Promise<void>
}

/** Resolves once the server on this port of loopback answers; rejects with SiteError, and ends it, when it does not. */
export async function serverOver(port: number, own: ServerProcess): Promise<ToxiproxyServer> {
  const client = new Toxiproxy(`http://${LOOPBACK}:${port}`)
  try {
    const version = await answered(client, own)
    let made = 0
    return {
      version,
      proxy: (target) => makeProxy(client, `link-${made++}`, target),
      [Symbol.asyncDispose]: () => own.stop(),
    }
  } catch (error) {
    await own.stop()
    throw error
  }
}

/** Waits for the first answer, which is the version. */
async function answered(client: Toxiproxy, own: ServerProcess): Promise<string> {
  const until = performance.now() + START_DEADLINE
  for (;;) {
    if (!(await own.running())) throw new PassingError(`Toxiproxy's server ended at once: ${await own.said()}`)
    try {
      return await versionOf(client)
    } catch (error) {
      if (performance.now() > until) throw error
      await sleep(10)
    }
  }
}
