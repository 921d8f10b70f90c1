import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { run } from '../harness/cli/run-program.case.ts'

const SECRET = 'open-sesame-123'

describe('certify --site remote', () => {
  beforeEach(() => {
    for (const name of ['KAFKA', 'POSTGRES', 'ALLOW']) vi.stubEnv(`BUSPROOF_REMOTE_${name}`, '')
  })
  afterEach(() => vi.unstubAllEnvs())

  it.each([
    ['kafkajs', {}, 'BUSPROOF_REMOTE_KAFKA is not set: set it to brokers of the cluster, as host:port[,host:port].'],
    [
      'kafkajs',
      { KAFKA: `me:${SECRET}@localhost:9092` },
      'BUSPROOF_REMOTE_KAFKA is not a list of addresses: set it to brokers of the cluster, as host:port',
    ],
    [
      'kafkajs',
      { KAFKA: 'localhost:9092,staging.example:9092', ALLOW: 'other.example' },
      'BUSPROOF_REMOTE_KAFKA leads to staging.example, which is not this machine: runs put load on it',
    ],
    [
      'postgres',
      {},
      "BUSPROOF_REMOTE_POSTGRES is not set: set it to the server's address, as postgres://user:password@",
    ],
    ['postgres', { POSTGRES: `postgres://me:${SECRET}@` }, 'BUSPROOF_REMOTE_POSTGRES is no URL: set it as postgres://'],
    [
      'postgres',
      { POSTGRES: `postgres://me:${SECRET}@staging.example/db` },
      'BUSPROOF_REMOTE_POSTGRES leads to staging.example, which is not this machine: runs put load on it',
    ],
    ['memory', {}, 'the system "memory" does not support the site remote: use --site real'],
  ])('refuses %s with %j by one sentence, and without a secret', async (adapter, settings, sentence) => {
    for (const [name, value] of Object.entries(settings)) vi.stubEnv(`BUSPROOF_REMOTE_${name}`, value)
    const { code, stdout, stderr } = await run(['certify', adapter, '--site', 'remote'])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(new RegExp(`^${sentence.replace(/[.*+?()[\]]/g, '\\$&')}.*\n$`))
    expect(stderr).not.toContain(SECRET)
  })

  it.each([
    ['kafkajs', 'KAFKA', '127.0.0.1:1', 'kafka'],
    ['postgres', 'POSTGRES', `postgres://me:${SECRET}@127.0.0.1:1/db`, 'postgres'],
  ])('starts no nodes for %s', async (adapter, name, value, system) => {
    vi.stubEnv(`BUSPROOF_REMOTE_${name}`, value)
    const { code, stderr } = await run(['certify', adapter, '--site', 'remote', '--servers', '1'])
    expect([code, stderr]).toEqual([
      2,
      `${system} is already running, with a fixed number of servers: leave --servers out\n`,
    ])
  })

  it('calls it an error of the site, without the password, when nothing is there', async () => {
    vi.stubEnv('BUSPROOF_REMOTE_POSTGRES', `postgres://me:${SECRET}@127.0.0.1:1/db`)
    const { code, stderr } = await run(['certify', 'postgres', '--site', 'remote'])
    expect(code).toBe(3)
    expect(stderr).toContain('BUSPROOF_REMOTE_POSTGRES: no session on 127.0.0.1:1 for me: connect ECONNREFUSED')
    expect(stderr).not.toContain(SECRET)
  })
})
