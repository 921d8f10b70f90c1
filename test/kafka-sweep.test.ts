import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { expect, it } from 'vitest'
import { ownNamespace } from '../harness/process/leases/identity.ts'
import { LEASE_FORMAT } from '../harness/process/leases/leftover.ts'
import { sweep } from '../harness/process/leases/sweep.ts'
import kafka from '../systems/kafka/index.ts'
import { requires } from './require.ts'

const START = 60_000

requires('kafka', await kafka.missing())('runs that were killed on a Kafka that runs on', () => {
  it(
    'are swept by their prefix, and no others',
    async () => {
      const place = await mkdtemp(join(tmpdir(), 'busproof-kafka-sweep-'))
      const leases = join(place, 'leases')
      await mkdir(leases, { mode: 0o700 })
      const system = await kafka.start({ folder: join(place, 'server') })
      const { host, port } = system.endpoint('consume')
      const brokers = `${host}:${port}`
      const client = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING })
      const beginRun = async (prefix: string): Promise<void> => {
        const topics = [{ name: `${prefix}orders`, partitions: 1, deadLetter: `${prefix}orders.dlq` }]
        await system.prepare({ prefix, topics, witness: {} })
        const member = client.consumer({ groupId: `${prefix}group`, maxWaitTimeInMs: 50 })
        await member.connect()
        await member.subscribe({ topic: `${prefix}orders` })
        const joined = new Promise((resolve) => member.on(member.events.GROUP_JOIN, resolve))
        await member.run({ eachMessage: async () => {} })
        await joined
        await member.commitOffsets([{ topic: `${prefix}orders`, partition: 0, offset: '0' }])
        await member.disconnect()
      }
      const there = async () => {
        const observer = client.admin()
        await observer.connect()
        const topics = (await observer.listTopics()).filter((name) => name.startsWith('bp')).sort()
        const groups = (await observer.listGroups()).groups
          .map(({ groupId }) => groupId)
          .filter((name) => name.startsWith('bp'))
          .sort()
        await observer.disconnect()
        return { topics, groups }
      }
      try {
        for (const prefix of ['bp1a2b3c_0_', 'bp1a2b3c_1_', 'bp1a2b3d_0_']) await beginRun(prefix)
        const owner = { pid: process.pid, started: 'before this process received its number' }
        const leftovers = ['bp1a2b3c_0_', 'bp1a2b3c_1_'].map((prefix) => ({
          kind: 'remote',
          system: 'kafka',
          settings: { brokers },
          prefix,
        }))
        const lease = { format: LEASE_FORMAT, machine: hostname(), namespace: ownNamespace(), owner, leftovers }
        await writeFile(join(leases, 'left.json'), JSON.stringify(lease))
        const { done, warnings } = await sweep({ leases })
        expect(warnings).toEqual([])
        expect(done).toEqual(
          ['bp1a2b3c_0_', 'bp1a2b3c_1_'].flatMap((prefix) => [
            `removed the group ${prefix}group from Kafka`,
            `removed the topic ${prefix}orders from Kafka`,
            `removed the topic ${prefix}orders.dlq from Kafka`,
          ]),
        )
        expect(await there()).toEqual({
          topics: ['bp1a2b3d_0_orders', 'bp1a2b3d_0_orders.dlq'],
          groups: ['bp1a2b3d_0_group'],
        })
        expect(await sweep({ leases })).toEqual({ done: [], warnings: [] })
      } finally {
        await system[Symbol.asyncDispose]()
        await rm(place, { recursive: true })
      }
    },
    START,
  )
})
