import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CompressionTypes, type Consumer, type Kafka, type Producer } from 'kafkajs'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { PrefixInUseError } from '../harness/errors.ts'
import type { PreparedRun, RunningSystem } from '../harness/system-contract.ts'
import kafka from '../systems/kafka/index.ts'
import type { Api } from '../systems/kafka/protocol/api.ts'
import * as clusterApis from '../systems/kafka/protocol/cluster-apis.ts'
import { createConnection } from '../systems/kafka/protocol/connection.ts'
import * as groupApis from '../systems/kafka/protocol/group-apis.ts'
import * as logApis from '../systems/kafka/protocol/log-apis.ts'
import { clientAt, createLinks, eventually, joined, processesOf, START, valuesOf } from './kafka.case.ts'
import { requires } from './require.ts'

const missing = await kafka.missing()

requires('kafka', missing)('the system kafka, one node', () => {
  let folder: string
  let system: RunningSystem
  let client: Kafka
  const links = createLinks()
  const open: { disconnect(): Promise<void> }[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'busproof-kafka-'))
    system = await kafka.start({ folder, advertise: links.advertise })
    client = clientAt(system.endpoint('publish'))
  }, START)
  afterEach(async () => {
    for (const one of open.splice(0)) await one.disconnect()
  })
  afterAll(async () => {
    await system[Symbol.asyncDispose]()
    links.close()
    expect(processesOf(folder)).toEqual([])
    await rm(folder, { recursive: true })
  }, START)

  const prepare = (prefix: string): Promise<PreparedRun> =>
    system.prepare({
      prefix,
      topics: [
        { name: `${prefix}orders`, partitions: 2, deadLetter: `${prefix}dead` },
        { name: `${prefix}bills`, partitions: 3, deadLetter: `${prefix}dead` },
        { name: `${prefix}plain`, partitions: 1, deadLetter: null },
      ],
      witness: {},
    })
  const producer = async (options: Parameters<Kafka['producer']>[0] = {}): Promise<Producer> => {
    const made = client.producer({ allowAutoTopicCreation: false, ...options })
    open.push(made)
    await made.connect()
    return made
  }
  const member = async (groupId: string, topic: string): Promise<Consumer> => {
    const made = await joined(client, groupId, topic)
    open.push(made)
    return made
  }

  it('names the version of the real thing', () => {
    expect(system.version).toMatch(/^Apache Kafka \d+\.\d+\.\d+$/)
    expect(system.servers?.map(({ name }) => name)).toEqual(['kafka-0'])
  })

  it('still takes every version of a request that the witness makes', async () => {
    const connection = createConnection(system.endpoint('publish'))
    const { apis } = await connection.request(clusterApis.apiVersions, {}, 5_000)
    connection.close()
    const known: readonly Pick<Api<unknown, unknown>, 'key' | 'version'>[] = Object.values({
      ...clusterApis,
      ...groupApis,
      ...logApis,
    })
    const refused = known.filter(({ key, version }) => {
      const range = apis.find((api) => api.key === key)
      return range === undefined || version < range.oldest || version > range.newest
    })
    expect(known).toHaveLength(13)
    expect(refused).toEqual([])
  })

  it('makes topics and dead-letter topics, and removes them and the groups', async () => {
    const run = await prepare('run-1-')
    await using other = await prepare('run-10-')
    const admin = client.admin()
    open.push(admin)
    await admin.connect()
    const { topics } = await admin.fetchTopicMetadata({ topics: await admin.listTopics() })
    const counts = topics.map(({ name, partitions }) => [name, partitions.length] as const)
    expect(new Map(counts.filter(([name]) => name.startsWith('run-1-')))).toEqual(
      new Map([
        ['run-1-orders', 2],
        ['run-1-bills', 3],
        ['run-1-dead', 1],
        ['run-1-plain', 1],
      ]),
    )
    // A remaining member has been left behind.
    await member('run-1-group', 'run-1-orders')
    expect(await run.witness?.resources()).toEqual({ members: 1 })
    expect(await other.witness?.resources()).toEqual({ members: 0 })
    await run[Symbol.asyncDispose]()
    await eventually(async () => !(await admin.listTopics()).some((name) => name.startsWith('run-1-')))
    expect((await admin.listTopics()).filter((name) => name.startsWith('run-10-'))).toHaveLength(4)
  })

  it('says so when a topic is there already, and makes none by itself', async () => {
    await using run = await prepare('run-2-')
    const again = prepare('run-2-')
    await expect(again).rejects.toThrow(PrefixInUseError)
    await expect(again).rejects.toThrow(/topics cannot be created: .*run-2-.*already exists/)
    const sending = (await producer({ retry: { retries: 0 } })).send({
      topic: 'run-2-absent',
      messages: [{ value: 'x' }],
    })
    await expect(sending).rejects.toThrow(/does not host this topic-partition/)
    expect(run.credentials).toEqual({})
  })

  it('leads the connections of each role through its own link', async () => {
    await using run = await prepare('run-3-')
    const before = { publish: links.at('publish')?.connections, consume: links.at('consume')?.connections ?? 0 }
    const own = clientAt(system.endpoint('consume')).producer()
    open.push(own)
    await own.connect()
    await own.send({ topic: 'run-3-plain', messages: [{ value: 'x' }] })
    expect(valuesOf(await run.witness?.stored?.())).toEqual(['x'])
    expect(links.at('publish')?.connections).toBe(before.publish)
    // It asked past the links, and was told to use this one.
    expect(links.at('consume')?.connections).toBeGreaterThan(before.consume)
    expect(links.at('dead-letter')?.connections).toBe(0)
  })

  it.each([
    ['plain', CompressionTypes.None],
    ['compressed with gzip', CompressionTypes.GZIP],
  ])('reads what is stored byte for byte, %s', async (_how, compression) => {
    const prefix = `run-4-${compression}-`
    await using run = await prepare(prefix)
    const writer = await producer()
    const binary = Buffer.from([0, 255, 10, 128])
    const send = (topic: string, messages: Parameters<Producer['send']>[0]['messages']) =>
      writer.send({ topic: `${prefix}${topic}`, compression, messages })
    await send('orders', [
      { partition: 1, key: binary, value: binary, headers: { h: [binary, '', 'ä'], ü: binary } },
      { partition: 1, key: null, value: null, headers: {} },
      { partition: 1, key: '', value: '' },
      { partition: 0, key: 'k', value: 'other partition' },
    ])
    await send('dead', [{ key: 'k', value: 'dead' }])
    await send('orders', [{ partition: 1, value: 'later' }])
    const at = (topic: string, partition: number, offset: number) => ({
      position: { topic: `${prefix}${topic}`, partition, offset },
      headers: [],
    })
    const [none, empty] = [null, Buffer.alloc(0)]
    expect(await run.witness?.stored?.()).toEqual([
      { ...at('dead', 0, 0), key: Buffer.from('k'), value: Buffer.from('dead') },
      { ...at('orders', 0, 0), key: Buffer.from('k'), value: Buffer.from('other partition') },
      {
        ...at('orders', 1, 0),
        key: binary,
        value: binary,
        headers: [
          ['h', binary],
          ['h', empty],
          ['h', Buffer.from('ä')],
          ['ü', binary],
        ],
      },
      { ...at('orders', 1, 1), key: none, value: none },
      { ...at('orders', 1, 2), key: empty, value: empty },
      { ...at('orders', 1, 3), key: none, value: Buffer.from('later') },
    ])
  })

  it('reads many and large records, and no control records', async () => {
    await using run = await prepare('run-5-')
    const large = Buffer.alloc(900_000, 7)
    const writer = await producer({ transactionalId: 'run-5-writer', maxInFlightRequests: 1, idempotent: true })
    for (const [end, value] of [
      ['commit', 'kept'],
      ['abort', 'given up'],
    ] as const) {
      const transaction = await writer.transaction()
      await transaction.send({ topic: 'run-5-plain', messages: [{ value }] })
      await transaction[end]()
    }
    const plain = await producer()
    for (let n = 0; n < 45; n++) await plain.send({ topic: 'run-5-plain', messages: [{ value: large }] })
    const many = Array.from({ length: 5_000 }, (_, n) => ({ value: `n${n}` }))
    await plain.send({ topic: 'run-5-plain', messages: many })
    const stored = (await run.witness?.stored?.()) ?? []
    // Each end of a transaction took an offset.
    expect(stored.slice(0, 3).map(({ position }) => position.offset)).toEqual([0, 2, 4])
    expect(valuesOf(stored.slice(0, 2))).toEqual(['kept', 'given up'])
    expect(stored.slice(2, 47).every(({ value }) => value !== null && large.equals(value))).toBe(true)
    expect(valuesOf(stored.slice(47))).toEqual(many.map(({ value }) => value))
  })
})
