/** Removes containers by the Docker Engine's API itself, because Testcontainers may not be installed where `sweep` runs. */
import { type IncomingMessage, type RequestOptions, request } from 'node:http'
import { messageOf, SiteError } from '../../errors.ts'
import type { Leftover } from './leftover.ts'

/** The engine kills it first. */
const REMOVED_WITHIN = 20_000
const NOT_FOUND = 404
/** It is being removed already. */
const CONFLICT = 409

/** One that is not there any more has been removed by somebody else, or with its engine. */
export async function removeContainer(left: Extract<Leftover, { kind: 'container' }>): Promise<readonly string[]> {
  const { name, engine, id } = left
  const what = `the container ${name} (${id.slice(0, 12)})`
  try {
    const status = await remove(engine, id)
    if (status === NOT_FOUND || status === CONFLICT) return []
    if (status >= 300) throw new Error(`status ${status}`)
    return [`removed ${what}`]
  } catch (error) {
    // The socket of an engine that is merely stopped stays.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    const message = messageOf(error)
    throw new SiteError(`cannot remove ${what} at ${engine}; the next sweep tries again: ${message}`, { cause: error })
  }
}

function remove(engine: string, id: string): Promise<number> {
  const options: RequestOptions = {
    method: 'DELETE',
    path: `/containers/${id}?force=true&v=true`,
    signal: AbortSignal.timeout(REMOVED_WITHIN),
    ...(engine.startsWith('unix:') ? { socketPath: engine.slice('unix:'.length) } : addressOf(new URL(engine))),
  }
  return new Promise((resolve, reject) => {
    const answered = (answer: IncomingMessage): void => {
      answer.resume()
      answer.once('end', () => resolve(answer.statusCode ?? 0))
    }
    request(options, answered).once('error', reject).end()
  })
}

const addressOf = ({ hostname, port }: URL): RequestOptions => ({ host: hostname, port })
