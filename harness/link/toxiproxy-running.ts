/**
 * A Toxiproxy server that was there before the harness, and that others may use too: proxies here have names of their own, and
 * nothing but these is changed or removed.
 */
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { Toxiproxy } from 'toxiproxy-node-client'
import { messageOf, SiteError } from '../errors.ts'
import { hold } from '../process/leases/lease.ts'
import { closed, LOOPBACK, listenAnywhere } from '../process/loopback.ts'
import type { Endpoint } from '../system-contract.ts'
import { versionOf } from './toxiproxy-control.ts'
import { makeProxy, type ToxiproxyProxy, type ToxiproxyServer } from './toxiproxy-proxy.ts'

const PROBE_WITHIN = 3_000

/** `url` is that of its control API. Rejects with {@link SiteError} when it does not answer, or does not see our loopback. */
export async function useToxiproxy(url: string): Promise<ToxiproxyServer> {
  const client = new Toxiproxy(url)
  const name = `busproof-${process.pid}-${randomBytes(4).toString('hex')}`
  let made = 0
  const server: ToxiproxyServer = {
    version: await versionAt(url, client),
    proxy: (target) => heldProxy(client, { url, name: `${name}-${made++}`, target }),
    // It goes on without us; each proxy is removed by itself.
    [Symbol.asyncDispose]: async () => undefined,
  }
  await probe(url, server)
  return server
}

async function versionAt(url: string, client: Toxiproxy): Promise<string> {
  try {
    return await versionOf(client)
  } catch (error) {
    const message = messageOf(error)
    throw new SiteError(`BUSPROOF_TOXIPROXY is ${url}, where no Toxiproxy answers: ${message}`, { cause: error })
  }
}

/** On record from before it is made until it is gone. */
async function heldProxy(
  client: Toxiproxy,
  { url, name, target }: { readonly url: string; readonly name: string; readonly target: Endpoint },
): Promise<ToxiproxyProxy> {
  const release = hold({ kind: 'proxy', url, name })
  const proxy = await makeProxy(client, name, target)
  return {
    port: proxy.port,
    add: (toxic) => proxy.add(toxic),
    check: () => proxy.check(),
    enable: (enabled) => proxy.enable(enabled),
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]()
      release()
    },
  }
}

/** In its own network namespace it would listen where we cannot connect, and connect to addresses where we do not listen. */
async function probe(url: string, server: ToxiproxyServer): Promise<void> {
  const { server: ours, port } = await listenAnywhere((socket) => void socket.end('here'))
  try {
    await using proxy = await server.proxy({ host: LOOPBACK, port })
    if ((await whatIsSaidAt(proxy.port)) === 'here') return
  } finally {
    await closed(ours)
  }
  throw new SiteError(
    `the Toxiproxy at ${url} does not share this machine's loopback: run it there, or in a container with host networking`,
  )
}

/** What is read until the connection ends, in whatever way, or for as long as a probe may take. */
const whatIsSaidAt = (port: number): Promise<string> =>
  new Promise((resolve) => {
    let said = ''
    const socket = connect({ host: LOOPBACK, port, timeout: PROBE_WITHIN })
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => {
      said += text
    })
    socket.on('timeout', () => socket.destroy())
    // That it could not connect is told by the nothing that was said.
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(said))
  })
