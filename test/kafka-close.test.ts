import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import kafkajs from '../adapters/kafkajs/index.ts'
import type { Role } from '../harness/adapter.ts'
import { claimsOn, openProbe, topicsUnder } from '../harness/site/suite/probe.ts'
import type { Endpoint } from '../harness/system-contract.ts'
import kafka from '../systems/kafka/index.ts'
import { START } from './kafka.case.ts'
import { requires } from './require.ts'

const JOIN_GROUP = 11
const NOT_COORDINATOR = 16
/** Behind the length of a request: API key, version, number. kafkajs writes each request at once. */
const apiKeyOf = (request: Buffer): number => (request.length < 12 ? -1 : request.readInt16BE(4))

/** The answer of versions 2 to 5: no throttling, the error, no generation, no names and no members. */
function refusalOf(request: Buffer): Buffer {
  const answer = Buffer.alloc(28)
  answer.writeInt32BE(answer.length - 4, 0)
  request.copy(answer, 4, 8, 12)
  answer.writeInt16BE(NOT_COORDINATOR, 12)
  answer.writeInt32BE(-1, 14)
  return answer
}

/** Links that answer each request to join a group as a broker that coordinates no group. */
function createLinks() {
  const servers: Server[] = []
  let refused = 0
  return {
    refused: () => refused,
    async advertise(_role: Role, _node: number, target: Endpoint): Promise<Endpoint> {
      const server = createServer((client) => {
        const upstream = connect({ ...target })
        client.on('data', (request) => {
          if (apiKeyOf(request as Buffer) === JOIN_GROUP) {
            refused += 1
            client.write(refusalOf(request as Buffer))
          } else upstream.write(request)
        })
        upstream.pipe(client)
        for (const [one, other] of [
          [client, upstream],
          [upstream, client],
        ] as const) {
          one.on('error', () => other.destroy())
          one.on('close', () => other.destroy())
        }
      })
      servers.push(server)
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const address = server.address()
      if (address === null || typeof address === 'string') throw new Error('no port')
      return { host: '127.0.0.1', port: address.port }
    },
    close() {
      for (const server of servers) server.close()
    },
  }
}

/** Of kafkajs between two tries to join, with a margin, ms. */
const LONGEST_WAIT = 400

const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length

requires('kafka', await kafka.missing())('a bus on kafkajs', () => {
  it(
    'that closes while a consumer tries to join its group leaves no timer behind',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'busproof-kafka-close-'))
      const links = createLinks()
      const running = await kafka.start({ folder, advertise: links.advertise })
      try {
        const prefix = 'run-1-'
        const topics = topicsUnder(prefix, claimsOn(kafkajs, running))
        await using prepared = await running.prepare({ prefix, topics, witness: {} })
        for (let time = 0; time < 5; time++) {
          const probe = await openProbe({ adapter: kafkajs, running, prepared, prefix })
          const seen = links.refused()
          const joining = probe
            .subscribe(`${prefix}g${time}`, topics[0]?.name ?? '', async () => undefined)
            .catch(() => undefined)
          while (links.refused() < seen + 2) await sleep(5)
          await probe[Symbol.asyncDispose]()
          const left = timers()
          await sleep(LONGEST_WAIT)
          expect(left).toBeLessThanOrEqual(timers())
          await joining
        }
      } finally {
        await running[Symbol.asyncDispose]()
        links.close()
        await rm(folder, { recursive: true, force: true })
      }
    },
    3 * START,
  )
})
