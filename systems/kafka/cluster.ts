/** Brokers that know each other, started and stopped together. */
import { randomBytes } from 'node:crypto'
import { ROLES, type Role } from '../../harness/adapter.ts'
import { freePort, LOOPBACK } from '../../harness/process/loopback.ts'
import type { Advertise, Endpoint, SystemServer } from '../../harness/system-contract.ts'
import { amongOthers } from './among.ts'
import { type Between, canBeCut, linkNodes } from './between.ts'
import { ANSWER_WITHIN, createClient, type KafkaClient, persist, type TopicMetadata } from './client.ts'
import { createCoordinator } from './coordinator.ts'
import { type KafkaNode, type MakeProcess, nodeOver } from './node.ts'
import { metadata } from './protocol/cluster-apis.ts'
import { check, LEADER_UNAVAILABLE, REPLICA_UNAVAILABLE } from './protocol/errors.ts'
import type { NodeAddresses } from './settings.ts'

export interface Cluster extends AsyncDisposable {
  readonly addresses: readonly NodeAddresses[]
  readonly nodes: readonly SystemServer[]
  readonly client: KafkaClient
}

export interface ClusterOptions {
  readonly count: number
  /** Default: it advertises its own addresses. */
  readonly advertise: Advertise | undefined
  readonly make: MakeProcess
}

const START_WITHIN = 60_000

const asItIs: Advertise = (_role, _node, target) => Promise.resolve(target)

/** Resolves once every broker serves, and groups have a coordinator. */
export async function startCluster({ count, advertise = asItIs, make }: ClusterOptions): Promise<Cluster> {
  const nodes: KafkaNode[] = []
  let client: KafkaClient | null = null
  let between: Between | null = null
  const stop = async (): Promise<void> => {
    client?.close()
    await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()))
    await between?.[Symbol.asyncDispose]()
  }
  try {
    const listening = await addressesOf(count, advertise)
    if (canBeCut(count)) between = await linkNodes(listening.map(({ internal, controller }) => [internal, controller]))
    const linked = between
    const addresses = listening.map((node, id) => ({ ...node, known: linked?.name(id) ?? LOOPBACK }))
    const own = createClient(addresses.map(({ internal }, id) => ({ id, ...internal })))
    client = own
    const coordinator = createCoordinator(own)
    const cluster = clusterId()
    const making = addresses.map(async (_, id) => {
      const serving = async (node: KafkaNode): Promise<void> => {
        await untilServing(own, id, node)
        await coordinator.untilWorking()
      }
      const hosts = linked?.hosts(id) ?? null
      const node = nodeOver(`kafka-${id}`, await make({ id, nodes: addresses, cluster, hosts }), serving)
      return count === 1 ? node : amongOthers(node, { id, client: own, between: linked, serving })
    })
    nodes.push(...(await Promise.all(making)))
    await Promise.all(nodes.map((node) => node.launch()))
    await Promise.all(nodes.map((node, id) => untilServing(own, id, node)))
    // Kafka creates its topic of groups on first use; no member's first join should wait for that.
    await coordinator.remember()
    return { addresses, nodes, client: own, [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function addressesOf(count: number, advertise: Advertise): Promise<readonly Omit<NodeAddresses, 'known'>[]> {
  const take = async (): Promise<Endpoint> => ({ host: LOOPBACK, port: await freePort() })
  const addresses: Omit<NodeAddresses, 'known'>[] = []
  for (let id = 0; id < count; id++) {
    const roles = {} as Record<Role, Endpoint>
    const advertised = {} as Record<Role, Endpoint>
    for (const role of ROLES) {
      roles[role] = await take()
      advertised[role] = await advertise(role, id, roles[role])
    }
    addresses.push({ roles, advertised, internal: await take(), controller: await take() })
  }
  return addresses
}

/** 16 bytes as Kafka writes them; its commands take a leading dash for an option, so there is none. */
function clusterId(): string {
  const bytes = randomBytes(16)
  bytes.writeUInt8(bytes.readUInt8(0) & 0x7f, 0)
  return bytes.toString('base64url')
}

/**
 * It is no longer fenced, knows what the others know, and its replicas are as good as theirs: until then, one that is gone
 * would be two. This needs a majority of the brokers.
 */
async function untilServing(client: KafkaClient, id: number, node: KafkaNode): Promise<void> {
  await persist(`${node.name} does not serve`, START_WITHIN, async () => {
    await node.assertRunning()
    const own = await client.node(id).request(metadata, { topics: null, create: false }, ANSWER_WITHIN)
    check(own.brokers.some((broker) => broker.id === id) ? 0 : LEADER_UNAVAILABLE, node.name)
    const topics = await client.topics(null)
    check(epochsOf(own.topics) === epochsOf(topics) ? 0 : LEADER_UNAVAILABLE, node.name)
    const partitions = topics.flatMap((topic) => topic.partitions)
    const lags = partitions.some(({ replicas, inSync }) => replicas.includes(id) && !inSync.includes(id))
    check(lags ? REPLICA_UNAVAILABLE : 0, node.name)
  })
}

const epochsOf = (topics: readonly TopicMetadata[]): string =>
  topics
    .map(
      ({ name, partitions }) => `${name}: ${partitions.map(({ partition, epoch }) => `${partition} ${epoch}`).sort()}`,
    )
    .sort()
    .join()
