/** The embedded broker as a system: inside the simulated site, or behind a TCP port on loopback. */
import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:net'
import type { Row } from '../../harness/adapter.ts'
import type { SeenRow } from '../../harness/events/parts.ts'
import { wireOver } from '../../harness/host/dial.ts'
import type { RunningSystem, SimulatedSystem, System, SystemServer } from '../../harness/system-contract.ts'
import { type Broker, createBroker } from './broker.ts'

export const simulated: SimulatedSystem = {
  start({ topics, witness, secret }) {
    const broker = createBroker({ topics, secret, witness, now: () => performance.now() })
    return {
      credentials: { token: secret },
      accept: broker.accept,
      resources: broker.resources,
      owners: broker.owners,
      rows: () => broker.rows().map(seen),
      poison: broker.poison,
      forget: broker.forget,
      servers: [broker.process],
      stop: broker.stop,
    }
  },
}

const memory: System = {
  contract: 2,
  name: 'memory',
  concurrent: false,
  sizes: [1],
  missing: () => Promise.resolve(null),
  async start(): Promise<RunningSystem> {
    let broker: Broker | null = null
    const server = createServer({ noDelay: true }, (socket) => {
      const wire = wireOver(socket)
      if (broker === null) wire.destroy()
      else broker.accept('publish', wire)
    })
    const port = await listen(server)
    return {
      version: 'embedded broker',
      canWitness: () => true,
      endpoint: () => ({ host: '127.0.0.1', port }),
      servers: [processOf(() => broker)],
      prepare({ topics }) {
        const secret = randomBytes(18).toString('hex')
        const own = createBroker({ topics, secret, now: () => performance.now(), witness: () => undefined })
        broker = own
        return Promise.resolve({
          credentials: { token: secret },
          witness: {
            stored: () => Promise.resolve(own.stored()),
            committed: () => Promise.resolve(own.committed()),
            resources: () => Promise.resolve(own.resources()),
            owners: () => Promise.resolve(own.owners()),
            rows: () => Promise.resolve(own.rows().map(seen)),
            poison: (topic, value) => Promise.resolve(own.poison(topic, value)),
          },
          [Symbol.asyncDispose]: () => {
            own.stop()
            return Promise.resolve()
          },
        })
      },
      [Symbol.asyncDispose]: () =>
        new Promise((resolve) => {
          broker?.stop()
          server.close(() => resolve())
        }),
    }
  },
}

/** The process of the broker that serves just now: each run has one of its own. */
function processOf(serving: () => Broker | null): SystemServer {
  const inProcess = (act: (node: SystemServer) => Promise<void> | undefined) => async () => {
    const broker = serving()
    if (broker !== null) await act(broker.process)
  }
  return {
    name: 'broker',
    pause: inProcess((node) => node.pause()),
    resume: inProcess((node) => node.resume()),
    kill: inProcess((node) => node.kill()),
    restart: inProcess((node) => node.restart()),
    loseDisk: inProcess((node) => node.loseDisk?.()),
  }
}

const seen = ({ id, values }: Row): SeenRow => ({ id, values: { ...values } })

const listen = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string') reject(new Error('the broker has no port'))
      else resolve(address.port)
    })
  })

export default memory
