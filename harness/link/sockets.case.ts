/** A server that echoes and a client that remembers, for the tests of links. */
import { connect, type Server, type Socket } from 'node:net'
import { closed, LOOPBACK, listenAnywhere } from '../process/loopback.ts'
import type { Endpoint } from '../system-contract.ts'

export interface Echo extends AsyncDisposable {
  readonly endpoint: Endpoint
  /** All that it was sent, over all connections. */
  received(): string
  /** Reads that brought bytes. */
  reads(): number
  connections(): number
  /** Ends its side of every connection in good order. */
  endAll(): void
}

export interface EchoOptions {
  /** Take what is sent and answer nothing. */
  readonly mute?: boolean
  readonly onSocket?: (socket: Socket) => void
}

export async function startEcho(options: EchoOptions = {}): Promise<Echo> {
  const chunks: Buffer[] = []
  const sockets = new Set<Socket>()
  const { server, port }: { server: Server; port: number } = await listenAnywhere((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // Faults reset these connections; that is what the tests look at from the client's side.
    socket.on('error', () => {})
    if (options.onSocket !== undefined) return options.onSocket(socket)
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      if (options.mute !== true) socket.write(chunk)
    })
    socket.on('end', () => socket.end())
  })
  return {
    endpoint: { host: LOOPBACK, port },
    received: () => Buffer.concat(chunks).toString('latin1'),
    reads: () => chunks.length,
    connections: () => sockets.size,
    endAll() {
      for (const socket of sockets) socket.end()
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await closed(server)
    },
  }
}

export interface Client extends AsyncDisposable {
  readonly socket: Socket
  send(text: string): void
  received(): string
  /** Resolves once so many bytes have come back. */
  gets(bytes: number): Promise<string>
  /** How it ended: the error's code, or `end`. */
  readonly ended: Promise<string>
}

/** Rejects with the connect's own error. */
export function openClient(address: Endpoint): Promise<Client> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...address, noDelay: true })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(clientOver(socket))
    })
  })
}

function clientOver(socket: Socket): Client {
  let text = ''
  let how = 'end'
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  socket.on('error', (error: NodeJS.ErrnoException) => {
    how = error.code ?? error.message
  })
  const ended = new Promise<string>((resolve) => socket.once('close', () => resolve(how)))
  return {
    socket,
    ended,
    send: (sent) => void socket.write(sent, 'latin1'),
    received: () => text,
    async gets(bytes) {
      await eventually(() => text.length >= bytes)
      return text
    },
    async [Symbol.asyncDispose]() {
      socket.destroy()
      await ended
    },
  }
}

/** Waits until `holds`, for as long as the test may run. */
export async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(2)
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
