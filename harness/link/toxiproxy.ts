/** Toxiproxy's server as a child of the harness, driven with a deadline on every call. */
import { Toxiproxy } from 'toxiproxy-node-client'
import { SiteError } from '../certify-options.ts'
import { freePort, LOOPBACK } from '../site/loopback.ts'
import { type Program, startProgram } from '../site/program.ts'
import type { Endpoint } from '../site/system.ts'
import { control } from './toxiproxy-control.ts'
import { findToxiproxy, TOXIPROXY_MISSING } from './toxiproxy-find.ts'
import { makeProxy, type ToxiproxyProxy } from './toxiproxy-proxy.ts'

export { findToxiproxy, TOXIPROXY_MISSING } from './toxiproxy-find.ts'
export type { ToxiproxyProxy } from './toxiproxy-proxy.ts'

export interface ToxiproxyServer extends AsyncDisposable {
  /** Such as `2.12.0`. */
  readonly version: string
  /** Makes a proxy that leads to `target`, on a port that it keeps. */
  proxy(target: Endpoint): Promise<ToxiproxyProxy>
}

const START_DEADLINE = 10_000

/** Starts the server on loopback. Rejects with {@link SiteError} when it is not here or does not answer. */
export async function startToxiproxy(): Promise<ToxiproxyServer> {
  const program = await findToxiproxy()
  if (program === null) throw new SiteError(TOXIPROXY_MISSING)
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
      return versionIn(await control('ask for the version', () => client.getVersion()))
    } catch (error) {
      if (performance.now() > until) throw error
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
}

/** Older servers answer with the bare version, newer ones with `{"version": "…"}`. */
const versionIn = (answer: string): string => /\d+\.\d+\.\d+/.exec(answer)?.[0] ?? answer.trim()
