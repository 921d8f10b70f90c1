/** Wires over real TCP sockets, and what is said where there are none to be had. */
import { connect, type Socket } from 'node:net'
import type { Role, Wire } from '../adapter.ts'
import { UsageError } from '../errors.ts'

export function dialTcp(address: { readonly host: string; readonly port: number }): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address.host, port: address.port, noDelay: true })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(wireOver(socket))
    })
  })
}

export function wireOver(socket: Socket): Wire {
  let failure: Error | undefined
  socket.on('error', (error) => {
    failure = error
  })
  return {
    write(bytes) {
      if (!socket.destroyed && socket.writable) socket.write(bytes)
    },
    destroy: () => void socket.destroy(),
    onData: (listener) => void socket.on('data', listener),
    onClosed: (listener) => void socket.once('close', () => listener(failure)),
  }
}

/** For an adapter whose system says that the bus crosses no network. */
export const noNetwork = (role: Role): UsageError =>
  new UsageError(
    `the adapter dials the ${role} link, and its system says that the bus crosses no network: name another system, or correct its \`lacks\``,
  )
