/** Toxiproxy's server, a child of the harness or one that runs already, driven with a deadline on every call. */
import { Toxiproxy } from 'toxiproxy-node-client'
import { SiteError } from '../certify-options.ts'
import { freePort, LOOPBACK } from '../site/loopback.ts'
import { type Program, startProgram } from '../site/program.ts'
import type { Endpoint } from '../site/system.ts'
import { versionOf } from './toxiproxy-control.ts'
import { findToxiproxy, isUrl, TOXIPROXY_MISSING } from './toxiproxy-find.ts'
import { makeProxy, type ToxiproxyProxy } from './toxiproxy-proxy.ts'
import { useToxiproxy } from './toxiproxy-running.ts'

export { findToxiproxy, TOXIPROXY_MISSING } from './toxiproxy-find.ts'
export type { ToxiproxyProxy } from './toxiproxy-proxy.ts'

export interface ToxiproxyServer extends AsyncDisposable {
  /** Such as `2.12.0`. */
  readonly version: string
  /** Makes a proxy that leads to `target`, on a port that it keeps. */
  proxy(target: Endpoint): Promise<ToxiproxyProxy>
}

const START_DEADLINE = 10_000

/** Starts the server on loopback, or uses the one that runs. Rejects with {@link SiteError} when there is none, or no answer. */
export async function startToxiproxy(): Promise<ToxiproxyServer> {
  const program = await findToxiproxy()
  if (program === null) throw new SiteError(TOXIPROXY_MISSING)
  if (isUrl(program)) return await useToxiproxy(program)
  const port = await freePort()
  const server = await startProgram(program, ['-host', LOOPBACK, '-port', String(port)], {
    env: { LOG_LEVEL: 'error' },
  })
  const client = new Toxiproxy(`http://${LOOPBACK}:${port}`)
  try {
    const version = await answered(client, server)
    let made = 0
    return {
      version,
      proxy: (target) => makeProxy(client, `link-${made++}`, target),
      [Symbol.asyncDispose]: () => server.stop(),
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** Waits for the first answer, which is the version. */
async function answered(client: Toxiproxy, server: Program): Promise<string> {
  const until = performance.now() + START_DEADLINE
  for (;;) {
    if (!server.running()) throw new SiteError(`Toxiproxy's server ended at once: ${await server.ended}`)
    try {
      return await versionOf(client)
    } catch (error) {
      if (performance.now() > until) throw error
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
}
