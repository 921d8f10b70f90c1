/** Links of every role that lead nowhere, and count who connects: for a bus that must be refused before it connects. */
import { createServer, type Server } from 'node:net'
import type { Role, Wire } from '../adapter.ts'
import type { LinkAddress, NodeConfig } from './host.ts'

export interface Trap extends AsyncDisposable {
  /** The same, with every address replaced. */
  readonly config: NodeConfig
  readonly dial: (role: Role, config: NodeConfig) => Promise<Wire>
  /** Whether connections are real ones, which arrive a moment after they were begun. */
  readonly isReal: boolean
  /** Those that have arrived so far. */
  connections(): number
}

/** On the simulated site nothing has addresses, and no server is started. */
export async function createTrap(config: NodeConfig): Promise<Trap> {
  let count = 0
  const dial = (): Promise<Wire> => {
    count++
    return Promise.reject(new Error('nothing answers here'))
  }
  const roles = Object.entries(config.addresses)
  if (roles.length === 0)
    return { config, dial, isReal: false, connections: () => count, [Symbol.asyncDispose]: () => Promise.resolve() }
  const server = createServer((socket) => {
    count++
    socket.destroy()
  })
  const port = await listening(server)
  const lead = (links: readonly LinkAddress[]): readonly LinkAddress[] =>
    links.map((link) => ({ ...link, host: '127.0.0.1', port }))
  return {
    config: { ...config, addresses: Object.fromEntries(roles.map(([role, links]) => [role, lead(links)])) },
    dial,
    isReal: true,
    connections: () => count,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

const listening = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
