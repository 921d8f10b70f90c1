/** Listening on loopback on a port that can be given up and taken again. */
import { createSocket } from 'node:dgram'
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

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES')

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

/** A port that no other busproof takes until it is disposed of, whether a program listens there or not. */
export interface ClaimedPort extends AsyncDisposable {
  readonly port: number
}

/**
 * Claims a free port. A link that refuses, and a server that restarts, do not listen for a while, and thousands of links look
 * for ports on a busy machine. The claim is the UDP port with the same number: nothing here uses UDP, and the operating system
 * ends the claim with the process.
 */
export async function claimPort(): Promise<ClaimedPort> {
  for (let tried = 0; tried < TRIES; tried++) {
    const claim = await claimed(LOWEST + Math.floor(Math.random() * PORTS))
    if (claim !== null) return claim
  }
  throw new SiteError(`No free port between ${LOWEST} and ${LOWEST + PORTS} on ${LOOPBACK} after ${TRIES} tries.`)
}

/** Null when it is not free. */
async function claimed(port: number): Promise<ClaimedPort | null> {
  const claim = await claimNumber(port)
  if (claim === null) return null
  try {
    await closed(await listenOn(port, (socket) => void socket.destroy()))
    return claim
  } catch (error) {
    await claim[Symbol.asyncDispose]()
    if (!isTaken(error)) throw error
    return null
  }
}

function claimNumber(port: number): Promise<ClaimedPort | null> {
  const socket = createSocket('udp4').unref()
  let open = true
  const close = async (): Promise<void> => {
    if (!open) return
    open = false
    await new Promise<void>((resolve) => socket.close(resolve))
  }
  return new Promise((resolve, reject) => {
    // Once it is claimed, an error changes nothing.
    socket.on('error', (error) => {
      if (isTaken(error)) void close().then(() => resolve(null))
      else reject(error)
    })
    socket.bind({ port, address: LOOPBACK, exclusive: true }, () => {
      resolve({ port, [Symbol.asyncDispose]: close })
    })
  })
}

/** A free port for a server that listens by itself. It stays claimed until this process ends. */
export const freePort = async (): Promise<number> => (await claimPort()).port

/** Listens on a free port. */
export async function listenAnywhere(
  onConnection: (socket: Socket) => void,
): Promise<{ server: Server; port: number }> {
  const claim = await claimPort()
  try {
    const server = await listenOn(claim.port, onConnection)
    server.once('close', () => void claim[Symbol.asyncDispose]())
    return { server, port: claim.port }
  } catch (error) {
    await claim[Symbol.asyncDispose]()
    throw error
  }
}

/** Stops listening; resolves at once, whatever connections are still open. */
export function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    if (!server.listening) resolve()
  })
}
