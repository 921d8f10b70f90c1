/** What others reach of a chaos run while it lasts: its metrics, and a switch that ends it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { messageOf, UsageError } from '../../errors.ts'
import type { ChaosConfig } from '../file/config.ts'
import { createMetrics } from './metrics.ts'
import type { Listener } from './told.ts'

export interface Served extends AsyncDisposable {
  readonly listener: Listener
  /** Where it listens; the port that was free where the file gave none. */
  readonly address: string
}

/** `stop` is called by whoever asks for the end. Rejects with a {@link UsageError} where it cannot listen. */
export async function serve(
  { host, port }: NonNullable<ChaosConfig['serve']>,
  stop: (why: string) => void,
): Promise<Served> {
  const metrics = createMetrics()
  const answer = async ({ method, url }: IncomingMessage, response: ServerResponse): Promise<void> => {
    const say = (status: number, text: string, type = 'text/plain; charset=utf-8'): void => {
      response.writeHead(status, { 'content-type': type }).end(text)
    }
    const at = `${method} ${url}`
    if (at === 'GET /metrics') say(200, await metrics.text(), metrics.contentType)
    else if (at === 'POST /stop') {
      stop('POST /stop asked for it')
      say(202, 'the run ends\n')
    } else say(404, 'there is GET /metrics, and POST /stop, which ends the run\n')
  }
  const server = createServer((request, response) => {
    request.resume()
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(`${messageOf(error)}\n`))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new UsageError(`serve: ${host}:${port} cannot be listened on (${messageOf(error)}): give another port`)),
    )
    server.listen(port, host, resolve)
  })
  const bound = server.address()
  return {
    listener: metrics,
    address: `http://${host}:${bound !== null && typeof bound === 'object' ? bound.port : port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
