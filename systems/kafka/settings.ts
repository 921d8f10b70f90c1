/** A broker's configuration files. */
import { ROLES, type Role } from '../../harness/adapter.ts'
import type { Endpoint } from '../../harness/system-contract.ts'

/** Listeners of the clients, one a role, so that each can fail alone. */
const CLIENTS: Readonly<Record<Role, string>> = { publish: 'PUBLISH', consume: 'CONSUME', 'dead-letter': 'DEADLETTER' }
/** Of brokers among themselves, and of the witness. */
const INTERNAL = 'INTERNAL'
const CONTROLLER = 'CONTROLLER'

export interface NodeAddresses {
  /** Where the broker listens for each role. */
  readonly roles: Readonly<Record<Role, Endpoint>>
  /** What it gives out for each role. */
  readonly advertised: Readonly<Record<Role, Endpoint>>
  readonly internal: Endpoint
  readonly controller: Endpoint
  /** By which name, or under which address, the other brokers know it. */
  readonly known: string
}

const asKnown = ({ known }: NodeAddresses, { port }: Endpoint): Endpoint => ({ host: known, port })

/** A broker that is gone is replaced as leader after this long, ms; Kafka's default is 9 s. */
const SESSION = 3_000
/** One that is killed and comes back must wait for its own session to end; while it is alone, no other replaces it. */
const SESSION_ALONE = 1_500

const listener = (name: string, { host, port }: Endpoint): string => `${name}://${host}:${port}`

/** Where a broker in its own network, such as a container, must listen to be reached from outside. */
export const EVERYWHERE = '0.0.0.0'

/**
 * `server.properties` of broker `id` among `nodes`, with its data in `data`. `bind`: where it listens for clients and the
 * witness; default: at the addresses by which these know it.
 */
export function serverProperties(id: number, nodes: readonly NodeAddresses[], data: string, bind?: string): string {
  const own = nodes[id]
  if (own === undefined) throw new RangeError(`there is no node ${id}`)
  const bound = (endpoint: Endpoint): Endpoint => ({ ...endpoint, host: bind ?? endpoint.host })
  const names = [...Object.values(CLIENTS), INTERNAL, CONTROLLER]
  const copies = String(nodes.length)
  const inSync = String(minInSync(nodes.length))
  return properties({
    'process.roles': 'broker,controller',
    'node.id': String(id),
    'controller.quorum.voters': nodes.map((node, n) => `${n}@${node.known}:${node.controller.port}`).join(','),
    listeners: [
      ...ROLES.map((role) => listener(CLIENTS[role], bound(own.roles[role]))),
      listener(INTERNAL, bound(own.internal)),
      listener(CONTROLLER, own.controller),
    ].join(','),
    'advertised.listeners': [
      ...ROLES.map((role) => listener(CLIENTS[role], own.advertised[role])),
      listener(INTERNAL, asKnown(own, own.internal)),
      listener(CONTROLLER, asKnown(own, own.controller)),
    ].join(','),
    'listener.security.protocol.map': names.map((name) => `${name}:PLAINTEXT`).join(','),
    'controller.listener.names': CONTROLLER,
    'inter.broker.listener.name': INTERNAL,
    'log.dirs': data,
    'broker.session.timeout.ms': String(nodes.length === 1 ? SESSION_ALONE : SESSION),
    'broker.heartbeat.interval.ms': '500',
    'default.replication.factor': copies,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.replication.factor': copies,
    'share.coordinator.state.topic.min.isr': inSync,
    ...QUICK,
    ...SMALL,
  })
}

/** Replicas that must have a record before it is acknowledged: one of three may be gone. */
export const minInSync = (nodes: number): number => (nodes === 1 ? 1 : 2)

const QUICK = {
  'auto.create.topics.enable': 'false',
  'group.initial.rebalance.delay.ms': '0',
  // Claims speak of short sessions; the default least is 6 s.
  'group.min.session.timeout.ms': '100',
  'log.segment.delete.delay.ms': '1000',
  // A follower that asked the wrong leader waits for so long, and nothing is acknowledged meanwhile; the default is 1 s.
  'replica.fetch.backoff.ms': '100',
  // A controller that is gone is replaced before anything else is: only then are its leaders. The defaults are 2 s and 1 s.
  'controller.quorum.fetch.timeout.ms': '1000',
  'controller.quorum.election.timeout.ms': '500',
  // A broker that asked a controller that was cut off then asks its successor; with the default, 30 s, it creates and removes
  // no topic and hands out no producer id meanwhile.
  'controller.socket.timeout.ms': '2000',
}

/** One partition each of Kafka's own topics: the witness relies on there being one coordinator of groups. */
const SMALL = {
  'offsets.topic.num.partitions': '1',
  'transaction.state.log.num.partitions': '1',
  'share.coordinator.state.topic.num.partitions': '1',
  'num.network.threads': '2',
  'num.io.threads': '4',
  'background.threads': '2',
  'log.cleaner.dedupe.buffer.size': '4194304',
  'log.index.size.max.bytes': '1048576',
}

/** Warnings and errors to the standard output, whose end is what a failure quotes. */
export const LOGGING = properties({
  'appender.out.type': 'Console',
  'appender.out.name': 'out',
  'appender.out.layout.type': 'PatternLayout',
  'appender.out.layout.pattern': '%p %c{1}: %m%n%rEx{1}%n',
  'rootLogger.level': 'warn',
  'rootLogger.appenderRef.out.ref': 'out',
})

/** Backslashes are escapes in these files. */
function properties(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value.replaceAll('\\', '\\\\')}\n`)
    .join('')
}
