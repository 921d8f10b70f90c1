/** The sockets of one client of kafkajs, so that they can all be given up at once: kafkajs itself waits for answers first. */
import type { Socket } from 'node:net'
import type { ISocketFactory } from 'kafkajs'
import { FrameSocket } from './frames.ts'

export interface Sockets {
  readonly factory: ISocketFactory
  /** No new connection is made from now on. */
  refuse(): void
  /** That, and ends every connection at once; what waits for an answer on one of them fails. Idempotent. */
  destroy(): void
}

/** `onLost` is told of each connection that ends before {@link Sockets.destroy}. */
export function createSockets(onLost: () => void = () => undefined): Sockets {
  const open = new Set<Socket>()
  let refusing = false
  const refuse = (): void => {
    refusing = true
  }
  return {
    factory: ({ host, port, onConnect }) => {
      if (refusing) throw new Error('this client was given up')
      const socket = new FrameSocket().connect({ host, port, noDelay: true }, onConnect)
      open.add(socket)
      // Told before kafkajs hears of it, because these listen first.
      socket.once('end', () => !refusing && onLost())
      socket.once('error', () => !refusing && onLost())
      socket.once('close', () => open.delete(socket))
      return socket
    },
    refuse,
    destroy() {
      refuse()
      // kafkajs listens for an error, not for the close of a socket.
      for (const socket of open) socket.destroy(new Error('the connection was given up'))
    },
  }
}
