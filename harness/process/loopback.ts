/** Listening on loopback on a port that can be given up and taken again. */
import { createServer, type Server, type ServerOpts, type Socket } from 'node:net'
import { SiteError } from '../errors.ts'

export const LOOPBACK = '127.0.0.1'

/**
 * Below the ranges that Linux and macOS use for outgoing connections: while a link refuses, no other program gets its port,
 * and a client that keeps trying cannot connect to itself.
 */
const LOWEST = 18_000
const PORTS = 12_000
const TRIES = 60

const OPTIONS: ServerOpts = { allowHalfOpen: true, noDelay: true }

const errorCode = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined

export function listenOn(port: number, onConnection: (socket: Socket) => void, host = LOOPBACK): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(OPTIONS, onConnection)
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve(server)
    })
  })
}

/** Listens on a free port. */
export async function listenAnywhere(
  onConnection: (socket: Socket) => void,
): Promise<{ server: Server; port: number }> {
  for (let tried = 0; tried < TRIES; tried++) {
    const port = LOWEST + Math.floor(Math.random() * PORTS)
    try {
      return { server: await listenOn(port, onConnection), port }
    } catch (error) {
      if (errorCode(error) !== 'EADDRINUSE' && errorCode(error) !== 'EACCES') throw error
    }
  }
  throw new SiteError(`No free port between ${LOWEST} and ${LOWEST + PORTS} on ${LOOPBACK} after ${TRIES} tries.`)
}

/** A port that was free just now, for a program that listens by itself. */
export async function freePort(): Promise<number> {
  const { server, port } = await listenAnywhere((socket) => void socket.destroy())
  await closed(server)
  return port
}

/** Stops listening; resolves at once, whatever connections are still open. */
export function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    if (!server.listening) resolve()
  })
}
