/** Wires over real TCP sockets. */
import { connect, type Socket } from 'node:net'
import type { Wire } from '../adapter.ts'

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
