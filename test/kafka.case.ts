/** What tests of the system kafka share. */
import { execFileSync } from 'node:child_process'
import { connect, createServer, type Server } from 'node:net'
import { type Consumer, Kafka, logLevel } from 'kafkajs'
import type { Role } from '../harness/adapter.ts'
import type { Endpoint, RunningSystem, StoredMessage, SystemServer } from '../harness/system-contract.ts'

export const START = 60_000

/** Links as plain as can be: each counts the connections that were made to it. */
export function createLinks() {
  const made = new Map<string, { readonly server: Server; connections: number; readonly address: Endpoint }>()
  return {
    at: (role: Role, node = 0) => made.get(`${role}/${node}`),
    async advertise(role: Role, node: number, target: Endpoint): Promise<Endpoint> {
      const server = createServer((client) => {
        link.connections += 1
        const upstream = connect({ ...target })
        client.pipe(upstream).pipe(client)
        client.on('error', () => upstream.destroy())
        upstream.on('error', () => client.destroy())
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const address = server.address()
      if (address === null || typeof address === 'string') throw new Error('no port')
      const link = { server, connections: 0, address: { host: '127.0.0.1', port: address.port } }
      made.set(`${role}/${node}`, link)
      return link.address
    },
    close() {
      for (const { server } of made.values()) server.close()
    },
  }
}

export const clientAt = (...endpoints: readonly Endpoint[]): Kafka =>
  new Kafka({
    brokers: endpoints.map(({ host, port }) => `${host}:${port}`),
    logLevel: logLevel.NOTHING,
    retry: { retries: 8, initialRetryTime: 50 },
    // A machine may be slow; the test's own limit is the only one.
    requestTimeout: START,
  })

/** A member of a group that has joined, and commits nothing by itself. */
export async function joined(client: Kafka, groupId: string, topic: string): Promise<Consumer> {
  const made = client.consumer({
    groupId,
    sessionTimeout: 6_000,
    rebalanceTimeout: 6_000,
    heartbeatInterval: 500,
    maxWaitTimeInMs: 100,
  })
  await made.connect()
  await made.subscribe({ topics: [topic], fromBeginning: true })
  const member = new Promise((resolve) => made.on('consumer.group_join', resolve))
  await made.run({ autoCommit: false, eachMessage: async () => {} })
  await member
  return made
}

export const eventually = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** Numbers of the processes that were started for this folder. */
export const processesOf = (folder: string): readonly string[] =>
  execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(`${folder}/`))

export const valuesOf = (messages: readonly StoredMessage[] | undefined): readonly string[] | undefined =>
  messages?.map(({ value }) => Buffer.from(value ?? []).toString())

export const nodeOf = (system: RunningSystem, index: number): SystemServer => {
  const node = system.servers?.[index]
  if (node === undefined) throw new Error(`there is no node ${index}`)
  return node
}
