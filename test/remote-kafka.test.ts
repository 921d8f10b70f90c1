import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Admin, Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { certify } from '../harness/certify.ts'
import { describeSystem } from '../harness/describe-system.ts'
import type { RunningSystem } from '../harness/system-contract.ts'
import kafka from '../systems/kafka/index.ts'
import { requires } from './require.ts'
import { plansOf } from './scenarios.case.ts'
import { violated } from './violated.case.ts'

const START = 60_000
const CERTIFY = 120_000

requires('kafka', await kafka.missing())('a Kafka that runs already, whose listeners are no links', () => {
  let folder: string
  let system: RunningSystem
  let client: Kafka
  let admin: Admin

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'busproof-remote-'))
    system = await kafka.start({ folder })
    const { host, port } = system.endpoint('publish')
    vi.stubEnv('BUSPROOF_REMOTE_KAFKA', `${host}:${port}`)
    client = new Kafka({ brokers: [`${host}:${port}`], logLevel: logLevel.NOTHING })
    admin = client.admin()
    await admin.connect()
    await admin.createTopics({ waitForLeaders: true, topics: [{ topic: 'theirs', numPartitions: 2 }] })
    const producer = client.producer()
    await producer.connect()
    await producer.send({ topic: 'theirs', messages: [{ partition: 1, value: 'kept' }] })
    await producer.disconnect()
    await admin.setOffsets({ groupId: 'theirs', topic: 'theirs', partitions: [{ partition: 1, offset: '1' }] })
  }, START)
  afterAll(async () => {
    vi.unstubAllEnvs()
    await admin.disconnect()
    await system[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  }, START)

  describeSystem(new URL('../adapters/kafkajs/index.ts', import.meta.url), { site: 'remote' })

  const whatIsThere = async () => ({
    topics: (await admin.listTopics()).filter((name) => !name.startsWith('__')).sort(),
    groups: (await admin.listGroups()).groups
      .map(({ groupId }) => groupId)
      // Those of the cluster that the test started.
      .filter((name) => !['busproof-kept', 'busproof-written'].includes(name))
      .sort(),
    ends: await admin.fetchTopicOffsets('theirs'),
    positions: await admin.fetchOffsets({ groupId: 'theirs', topics: ['theirs'] }),
  })

  it('has every fault reach the adapter, which asks where to connect instead, and is left as it was', {
    timeout: CERTIFY,
  }, async () => {
    const before = await whatIsThere()
    expect([before.topics, before.groups]).toEqual([['theirs'], ['theirs']])
    const plans = await plansOf('No way around the links', 'Lost acknowledgement', 'Rebalance under resets')
    const certificate = await certify(new URL('../adapters/kafkajs/index.ts', import.meta.url), {
      site: 'remote',
      lanes: 2,
      plans,
      failures: null,
    })
    expect(certificate).toMatchObject({ site: 'remote', error: null, runs: 3, witness: 'after' })
    expect(certificate.environment.server).toBe("Kafka's protocol, 1 broker, running already")
    expect(violated(certificate)).toEqual([])
    expect(Object.keys(certificate.faults.landed).sort()).toEqual(['black-hole down', 'refuse', 'reset'])
    expect(await whatIsThere()).toEqual(before)
  })

  it('makes the certificate an error when the adapter does not ask', { timeout: CERTIFY }, async () => {
    const before = await whatIsThere()
    const certificate = await certify(new URL('fixtures/never-asks-for-a-route.ts', import.meta.url), {
      site: 'remote',
      lanes: 1,
      plans: await plansOf('No way around the links'),
      failures: null,
    })
    expect(certificate.error).toMatch(/traffic goes past the \w+ link/)
    expect(certificate.verdicts.map(({ verdict }) => verdict)).not.toContain('pass')
    expect(await whatIsThere()).toEqual(before)
  })
})
