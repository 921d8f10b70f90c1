import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { expect, it } from 'vitest'
import type { Role } from '../harness/adapter.ts'
import { outageKindsOf } from '../harness/site/outages.ts'
import type { Endpoint, SystemServer } from '../harness/system-contract.ts'
import kafka from '../systems/kafka/index.ts'
import { apiVersions, createTopics, metadata } from '../systems/kafka/protocol/cluster-apis.ts'
import { createConnection } from '../systems/kafka/protocol/connection.ts'
import * as leaderApis from '../systems/kafka/protocol/leader-apis.ts'
import { requires } from './require.ts'

const WITHIN = 120_000
const TOPIC = 'run-1-t'
const PARTITIONS = [0, 1, 2]
/** By default a broker waits for 30 s for a controller that was cut off, ms. */
const BEFORE_KAFKA_GIVES_UP = 25_000

/** A cluster with one topic, and what a client that speaks to one node alone gets to hear. */
async function startCluster() {
  const folder = await mkdtemp(join(tmpdir(), 'busproof-kafka-nodes-'))
  const endpoints: Endpoint[] = []
  const advertise = async (role: Role, node: number, target: Endpoint): Promise<Endpoint> => {
    if (role === 'publish') endpoints[node] = target
    return target
  }
  const system = await kafka.start({ folder, servers: 3, advertise })
  const run = await system.prepare({
    prefix: 'run-1-',
    topics: [{ name: TOPIC, partitions: PARTITIONS.length, deadLetter: null }],
    witness: {},
  })
  const clientOf = (node: number): Kafka => {
    const { host, port } = endpoints[node] ?? { host: '', port: 0 }
    return new Kafka({ brokers: [`${host}:${port}`], logLevel: logLevel.NOTHING, retry: { retries: 0 } })
  }
  return {
    system,
    endpoints,
    stored: async () => (await run.witness?.stored?.())?.map(({ value }) => Buffer.from(value ?? []).toString()),
    leaders: () => Promise.all(PARTITIONS.map((partition) => system.leader?.(TOPIC, partition) ?? -1)),
    /** As this node believes. */
    async leadersBy(node: number): Promise<readonly number[]> {
      const connection = createConnection(endpoints[node] ?? { host: '', port: 0 })
      const { topics } = await connection.request(metadata, { topics: [TOPIC], create: false }, 5_000)
      connection.close()
      const found = topics[0]?.partitions ?? []
      return PARTITIONS.map((partition) => found.find((one) => one.partition === partition)?.leader ?? -1)
    },
    /**
     * To the first partition, by a client that asks this node, which may believe in a former leader for a while: what the
     * wrong node refuses is sent again, once it has told who leads. `within`: for those in sync to have it, ms.
     */
    async send(value: string, by: number, { within = 10_000, retries = 4 } = {}): Promise<void> {
      const producer = clientOf(by).producer({ idempotent: retries > 0, retry: { retries, initialRetryTime: 100 } })
      await producer.connect()
      await producer
        .send({ topic: TOPIC, messages: [{ partition: 0, value }], timeout: within })
        .finally(() => producer.disconnect())
    },
    async [Symbol.asyncDispose]() {
      await run[Symbol.asyncDispose]()
      await system[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}

/** All of a node's faults, or an error that names what it lacks. */
function able(nodes: readonly SystemServer[] | undefined, index: number): Required<Omit<SystemServer, 'loseDisk'>> {
  const node = nodes?.[index]
  if (node === undefined) throw new Error(`there is no node ${index}`)
  const { isolate, rejoin, moveLeaders, returnLeaders } = node
  if (!isolate || !rejoin || !moveLeaders || !returnLeaders) throw new Error(`${node.name} lacks faults`)
  return { ...node, isolate, rejoin, moveLeaders, returnLeaders }
}

const lacks = (await kafka.missing()) ?? (process.platform === 'linux' ? null : 'only Linux has all of 127.0.0.0/8.')

requires('kafka', lacks)('brokers of Kafka', () => {
  it(
    'give up what they lead, and lead it again; and are cut off, replaced, and in sync again',
    async () => {
      await using cluster = await startCluster()
      const { system, leaders, leadersBy, send, stored } = cluster
      expect(outageKindsOf(system)).toEqual(['move-leader', 'pause', 'restart', 'isolate'])
      const connection = createConnection(cluster.endpoints[0] ?? { host: '', port: 0 })
      const { apis } = await connection.request(apiVersions, {}, 5_000)
      connection.close()
      for (const { name, key, version } of Object.values(leaderApis)) {
        const range = apis.find((one) => one.key === key)
        expect(range && range.oldest <= version && version <= range.newest, name).toBe(true)
      }

      const before = await leaders()
      const first = before[0] ?? -1
      const node = able(system.servers, first)
      const led = before.filter((leader) => leader === first).length
      // Kafka's own topics may be among them.
      expect(await node.moveLeaders()).toBeGreaterThanOrEqual(led)
      const moved = await leaders()
      expect(moved).not.toContain(first)
      await send('moved', moved[0] ?? -1)
      await node.returnLeaders()
      expect(await leaders()).toEqual(before)
      await send('returned', first)
      // Nodes hear of it one after another.
      while (`${await leadersBy(first)}` !== `${before}`) await new Promise((resolve) => setTimeout(resolve, 50))

      await node.isolate()
      // It does not know yet, and cannot know.
      await expect(send('cut off', first, { within: 500, retries: 0 })).rejects.toThrow()
      while ((await leaders()).includes(first)) await new Promise((resolve) => setTimeout(resolve, 50))
      expect(await leadersBy(first)).toEqual(before)
      const [next = -1] = await leaders()
      await send('replaced', next)
      expect(await node.rejoin()).toBeGreaterThan(0)
      expect(await leadersBy(first)).toEqual(await leaders())
      expect(await stored()).toEqual(['moved', 'returned', 'replaced'])

      // In sync, so that another one may be gone: two of three must have what is acknowledged.
      const other = able(system.servers, next)
      await other.kill()
      while ((await leaders()).includes(next)) await new Promise((resolve) => setTimeout(resolve, 50))
      const [last = -1] = await leaders()
      await send('at last', last)
      await other.restart()
      expect(await stored()).toEqual(['moved', 'returned', 'replaced', 'at last'])
    },
    WITHIN,
  )

  it(
    'make topics while a node is cut off, also when it was the controller that they had just asked',
    async () => {
      await using cluster = await startCluster()
      const { system, endpoints } = cluster
      // One of them is the controller.
      for (const index of [0, 1, 2]) {
        const node = able(system.servers, index)
        const connection = createConnection(endpoints[(index + 1) % 3] ?? { host: '', port: 0 })
        const create = async (name: string): Promise<readonly number[]> => {
          const topic = { name: `run-1-${name}-${index}`, partitions: 1, replicas: 2, assignments: [], settings: [] }
          const question = { topics: [topic], timeout: BEFORE_KAFKA_GIVES_UP, validateOnly: false }
          const { topics } = await connection.request(createTopics, question, BEFORE_KAFKA_GIVES_UP)
          return topics.map(({ error }) => error)
        }
        expect(await create('before')).toEqual([0])
        await node.isolate()
        expect(await create('meanwhile')).toEqual([0])
        connection.close()
        await node.rejoin()
      }
    },
    WITHIN,
  )
})
