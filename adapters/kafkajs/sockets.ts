/**
 * The sockets of one client of kafkajs, so that they can all be given up at once, because kafkajs itself waits for answers
 * first; and so that the brokers' own addresses, which it learns from metadata, lead through the links of its role.
 */
import type { Socket } from 'node:net'
import type { ISocketFactory } from 'kafkajs'
import type { Role, Site } from '../../harness/adapter.ts'
import { FrameSocket } from './frames.ts'

export interface Sockets {
  readonly factory: ISocketFactory
  /** Ends every connection at once, and allows no new one; what waits for an answer on one of them fails. Idempotent. */
  destroy(): void
}

/** `onLost` is told of each connection that ends before {@link Sockets.destroy}. */
export function createSockets(site: Pick<Site, 'route'>, role: Role, onLost: () => void = () => undefined): Sockets {
  const open = new Set<Socket>()
  let destroyed = false
  return {
    factory: ({ host, port, onConnect }) => {
      if (destroyed) throw new Error('this client was discarded')
      const socket = new FrameSocket().connect({ ...site.route(role, { host, port }), noDelay: true }, onConnect)
      open.add(socket)
      // Told before kafkajs hears of it, because these listen first.
      socket.once('end', () => !destroyed && onLost())
      socket.once('error', () => !destroyed && onLost())
      socket.once('close', () => open.delete(socket))
      return socket
    },
    destroy() {
      destroyed = true
      // kafkajs listens for an error, not for the close of a socket.
      for (const socket of open) socket.destroy(new Error('the connection was discarded'))
    },
  }
}
