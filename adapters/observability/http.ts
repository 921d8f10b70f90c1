/** Serves the health and the metrics of a bus over HTTP, for load balancers, orchestrators and Prometheus. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Bus, BusHealth } from '../../harness/adapter.ts'
import { messageOf } from '../resilience/index.ts'

export interface HealthServer {
  readonly port: number
  /** Ends open connections, too. */
  close(): Promise<void>
}

export interface HealthServerOptions {
  /** Default `127.0.0.1`. `/health/detailed` tells whoever can connect what is wrong, in the words of the system. */
  readonly host?: string
  /** Default 8080; 0 takes any that is free. */
  readonly port?: number
  /** Longest wait for the bus, after which the answer is 503, ms; default 10,000. */
  readonly timeout?: number
  /** Is told why an answer is 503 that the bus did not ask for; default: nobody is. */
  readonly onError?: (message: string) => void
}

type Watched = Pick<Bus, 'health' | 'metrics'>

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

const FAILED = json(503, { error: 'the bus did not answer' })

/**
 * Serves `/health` (503 when unhealthy), `/health/detailed` (the same with every component), `/ready` (503 when not ready) and
 * `/metrics`. Rejects if it cannot listen.
 */
export async function serveHealth(bus: Watched, options: HealthServerOptions = {}): Promise<HealthServer> {
  const { host = '127.0.0.1', port = 8080, timeout = 10_000, onError = () => undefined } = options
  const server = createServer((request, response) => {
    void inTime(answerTo(bus, request), timeout)
      .catch((error: unknown) => {
        onError(messageOf(error))
        return FAILED
      })
      .then((answer) => send(response, answer, request))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  server.on('error', (error) => onError(error.message))
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function inTime(work: Promise<Answer>, timeout: number): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the bus did not answer within ${timeout} ms`)), timeout)
  })
  return await Promise.race([work, late]).finally(() => clearTimeout(timer))
}

function send(response: ServerResponse, { status, type, body }: Answer, { method }: IncomingMessage): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
  })
  response.end(method === 'HEAD' ? undefined : body)
}

async function answerTo(bus: Watched, { method, url = '/' }: IncomingMessage): Promise<Answer> {
  if (method !== 'GET' && method !== 'HEAD') return json(405, { error: 'only GET is served' })
  const [path = '/'] = url.split('?')
  if (path === '/metrics' && bus.metrics !== undefined)
    return { status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body: `${await bus.metrics()}` }
  const view = VIEWS.get(path)
  if (view === undefined || bus.health === undefined) return json(404, { error: `nothing is served at ${path}` })
  return view(await bus.health())
}

const VIEWS: ReadonlyMap<string, (health: BusHealth) => Answer> = new Map([
  ['/health', ({ status }) => json(codeOf(status), { status })],
  ['/health/detailed', (health) => json(codeOf(health.status), health)],
  ['/ready', ({ ready }) => json(ready ? 200 : 503, { ready })],
])

const codeOf = (status: BusHealth['status']): number => (status === 'unhealthy' ? 503 : 200)
