/** Serves the health and the metrics of a bus over HTTP, for load balancers, orchestrators and Prometheus. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Bus, BusHealth } from '../../harness/adapter.ts'

export interface HealthServer {
  readonly port: number
  /** Ends open connections, too. */
  close(): Promise<void>
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
}

const json = (status: number, body: unknown): Answer => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(body)}\n`,
})

/**
 * Serves `/health` (503 when unhealthy), `/health/detailed` (the same with every component), `/ready` (503 when not ready) and
 * `/metrics`. Rejects if it cannot listen. Port 0 takes any that is free.
 */
export async function serveHealth(
  bus: Pick<Bus, 'health' | 'metrics'>,
  { host = '127.0.0.1', port = 8080 }: { readonly host?: string; readonly port?: number } = {},
): Promise<HealthServer> {
  const server = createServer((request, response) => void respond(bus, request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function respond(
  bus: Pick<Bus, 'health' | 'metrics'>,
  { method, url = '/' }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const isRead = method === 'GET' || method === 'HEAD'
  const answer = isRead
    ? await answerTo(bus, url.split('?')[0] ?? '/').catch(() => json(503, { error: 'the bus failed to tell' }))
    : json(405, { error: 'only GET is served' })
  response.writeHead(answer.status, {
    'content-type': answer.type,
    'content-length': Buffer.byteLength(answer.body),
    'cache-control': 'no-store',
    ...(isRead ? {} : { allow: 'GET, HEAD' }),
  })
  response.end(method === 'HEAD' ? undefined : answer.body)
}

async function answerTo({ health, metrics }: Pick<Bus, 'health' | 'metrics'>, path: string): Promise<Answer> {
  if (path === '/metrics' && metrics !== undefined)
    return { status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body: await metrics() }
  const view = VIEWS[path]
  return view === undefined || health === undefined
    ? json(404, { error: `nothing is served at ${path}` })
    : view(await health())
}

const VIEWS: Readonly<Record<string, (health: BusHealth) => Answer>> = {
  '/health': ({ status }) => json(codeOf(status), { status }),
  '/health/detailed': (health) => json(codeOf(health.status), health),
  '/ready': ({ ready }) => json(ready ? 200 : 503, { ready }),
}

const codeOf = (status: BusHealth['status']): number => (status === 'unhealthy' ? 503 : 200)
