/** What others reach of a chaos run while it lasts: its metrics, and a switch that ends it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { messageOf, UsageError } from '../../errors.ts'
import { settleable, settleWithin } from '../../waiting.ts'
import type { ChaosConfig } from '../file/config.ts'
import { createMetrics } from './metrics.ts'
import type { Listener } from './told.ts'

export interface Served extends AsyncDisposable {
  readonly listener: Listener
  /** Where it listens; the port that was free where the file gave none. */
  readonly address: string
}

/** A scraper that has not come back within this time is gone, ms. */
const LONGEST_INTERVAL = 60_000

/** Whoever scraped twice comes again: how a run ended is to be seen, too. */
function createScrapes() {
  let times: number[] = []
  let next = settleable<void>()
  return {
    seen(): void {
      times = [...times.slice(-1), performance.now()]
      next.resolve()
      next = settleable<void>()
    },
    /** Resolves after the next scrape, or once it is overdue. */
    async last(): Promise<void> {
      const [before, latest] = times
      if (before === undefined || latest === undefined) return
      const due = latest + 1.5 * (latest - before)
      if (due - latest > LONGEST_INTERVAL) return
      await settleWithin([next.promise], Math.max(0, due - performance.now()))
    },
  }
}

/** `stop` is called by whoever asks for the end. Rejects with a {@link UsageError} where it cannot listen. */
export async function serve(
  { host, port }: NonNullable<ChaosConfig['serve']>,
  stop: (why: string) => void,
): Promise<Served> {
  const metrics = createMetrics()
  const scrapes = createScrapes()
  const answer = async ({ method, url, headers }: IncomingMessage, response: ServerResponse): Promise<void> => {
    const say = (status: number, text: string, type = 'text/plain; charset=utf-8'): void => {
      response.writeHead(status, { 'content-type': type }).end(text)
    }
    const at = `${method} ${url?.replace(/\?.*/, '')}`
    // A page that somebody has open must not end a run.
    const isPage = headers.origin !== undefined || headers['sec-fetch-site'] !== undefined
    if (at === 'GET /metrics') {
      say(200, await metrics.text(), metrics.contentType)
      scrapes.seen()
    } else if (at === 'POST /stop' && isPage) say(403, 'a browser cannot end a run: use curl\n')
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
      reject(
        new UsageError(`serve: ${host}:${port} cannot be listened on (${messageOf(error)}): give another port or host`),
      ),
    )
    server.listen(port, host, resolve)
  })
  const bound = server.address()
  return {
    listener: metrics,
    address: `http://${host}:${bound !== null && typeof bound === 'object' ? bound.port : port}`,
    async [Symbol.asyncDispose]() {
      await scrapes.last()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
