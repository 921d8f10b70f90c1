import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Toxiproxy } from 'toxiproxy-node-client'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { certify } from '../harness/certify.ts'
import { chaos } from '../harness/chaos/chaos.ts'
import { readChaos } from '../harness/chaos/file/read.ts'
import { describeSystem } from '../harness/describe-system.ts'
import { findToxiproxy, TOXIPROXY_MISSING } from '../harness/link/toxiproxy.ts'
import { freePort, LOOPBACK } from '../harness/process/loopback.ts'
import { type Program, startProgram } from '../harness/process/program.ts'
import { type Cluster, startCluster } from '../systems/postgres/cluster.ts'
import postgres, { remote } from '../systems/postgres/index.ts'
import { sweep } from '../systems/postgres/sweep.ts'
import { requires } from './require.ts'
import { plansOf } from './scenarios.case.ts'
import { violated } from './violated.case.ts'

const START = 60_000
const CERTIFY = 120_000
const PASSWORD = 'open-sesame-123'

const toxiproxy = await findToxiproxy()
const missing = (await postgres.missing()) ?? (toxiproxy === null ? TOXIPROXY_MISSING : null)

requires('postgres', missing)('a PostgreSQL and a Toxiproxy that run already', () => {
  let folder: string
  let cluster: Cluster
  let links: Program
  let control: Toxiproxy

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'busproof-remote-'))
    await chmod(folder, 0o711)
    cluster = await startCluster(folder)
    await cluster.admin.query(`
      create role tester createrole login password '${PASSWORD}';
      grant create on database postgres to tester;
      create role run_theirs login;
      create schema run_theirs authorization run_theirs;
      create table run_theirs.kept as select 1 as one;
    `)
    const port = await freePort()
    links = await startProgram(toxiproxy ?? '', ['-host', LOOPBACK, '-port', String(port)], {})
    control = new Toxiproxy(`http://${LOOPBACK}:${port}`)
    await vi.waitFor(
      () => control.createProxy({ name: 'theirs', listen: `${LOOPBACK}:0`, upstream: 'localhost:1' }),
      START,
    )
    vi.stubEnv('BUSPROOF_TOXIPROXY', control.host)
    vi.stubEnv('BUSPROOF_REMOTE_POSTGRES', addressOf('tester'))
  }, START)
  afterAll(async () => {
    vi.unstubAllEnvs()
    await links.stop()
    await cluster[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  }, START)

  describeSystem(new URL('../adapters/postgres/index.ts', import.meta.url), { site: 'remote' })

  const addressOf = (user: string): string => `postgres://${user}:${PASSWORD}@${LOOPBACK}:${cluster.port}/postgres`
  const whatIsThere = async () => ({
    roles: await cluster.admin.query("select rolname from pg_roles where rolname not like 'pg\\_%' order by 1"),
    schemas: await cluster.admin.query('select nspname from pg_namespace order by 1'),
    kept: await cluster.admin.query('select * from run_theirs.kept'),
    proxies: Object.keys(await control.getAll()),
  })

  it('says what it calls itself, the database included, and a chaos run is pinned to that', {
    timeout: 120_000,
  }, async () => {
    const identity = await remote.identify?.()
    expect(identity).toMatch(/^\d+\/postgres$/)
    const file = `
target: { adapter: postgres, site: remote, allow: [${LOOPBACK}], expect: { cluster: ${identity} } }
load: { rate: 50/s }
duration: 6s
epoch: 6s
faults: { kinds: [refuse, latency], roles: [publish, consume], lasts: 500ms, rest: 500ms }
settings: { publish.timeout: 3000, breaker.reset: 1000, consume.session: 2000, recovery.deadline: 15000 }
thresholds: [violations == 0]
`
    const { certified, soak } = await chaos(readChaos(file, 'it.yaml'), { cwd: folder, failures: null })
    expect([certified, soak?.ended, soak?.why]).toEqual([true, 'finished', null])
  })

  it('have every fault reach the adapter, and are left as they were', { timeout: CERTIFY }, async () => {
    const before = await whatIsThere()
    expect(before).toMatchObject({ kept: [{ one: 1 }], proxies: ['theirs'] })
    const certificate = await certify(new URL('../adapters/postgres/index.ts', import.meta.url), {
      site: 'remote',
      lanes: 2,
      plans: await plansOf('No way around the links', 'Lost acknowledgement', 'Rebalance under resets'),
      failures: null,
    })
    expect(certificate).toMatchObject({ site: 'remote', error: null, runs: 3, witness: 'after' })
    expect(certificate.links).toMatch(/^tap and Toxiproxy \d/)
    expect(certificate.environment.server).toMatch(/^PostgreSQL \d.*, running already$/)
    expect(violated(certificate)).toEqual([])
    expect(Object.keys(certificate.faults.landed).sort()).toEqual(['black-hole down', 'refuse', 'reset'])
    expect(JSON.stringify(certificate)).not.toContain(PASSWORD)
    expect(await whatIsThere()).toEqual(before)
  })

  it('keep their password from the adapter, which has no environment that leads there', {
    timeout: CERTIFY,
  }, async () => {
    const certificate = await certify(new URL('fixtures/shows-its-environment.ts', import.meta.url), {
      site: 'remote',
      lanes: 1,
      plans: await plansOf('Lost acknowledgement'),
      failures: null,
      shrink: 0,
    })
    const told = JSON.stringify(certificate)
    expect(told).toContain('BUSPROOF_TOXIPROXY')
    expect(told).not.toMatch(new RegExp(`${PASSWORD}|BUSPROOF_REMOTE_POSTGRES`))
  })

  it('have their password among the secrets that nothing may show', async () => {
    await using running = await remote.start({ folder })
    await using prepared = await running.prepare({ prefix: 'bp123456_0_', topics: [], witness: {} })
    expect(Object.values(prepared.secrets ?? {})).toEqual([PASSWORD])
    expect(Object.values(prepared.credentials)).not.toContain(PASSWORD)
    expect(JSON.stringify(running.sweptBy)).not.toContain(PASSWORD)
  })

  it('are swept of what a run has left, by the setting that led there', async () => {
    const before = await whatIsThere()
    const running = await remote.start({ folder })
    await running.prepare({ prefix: 'bp123456_1_', topics: [], witness: {} })
    await running[Symbol.asyncDispose]()
    expect(await whatIsThere()).not.toEqual(before)
    const left = [running.sweptBy ?? {}, ['bp123456_1_']] as const
    vi.stubEnv('BUSPROOF_REMOTE_POSTGRES', addressOf('another'))
    await expect(sweep(...left)).rejects.toThrow('set BUSPROOF_REMOTE_POSTGRES to the address of tester')
    vi.stubEnv('BUSPROOF_REMOTE_POSTGRES', addressOf('tester'))
    expect(await sweep(...left)).toEqual([expect.stringMatching(/^removed the role run_bp123456_1_\w+ and its schema/)])
    expect(await whatIsThere()).toEqual(before)
  })

  it('refuse a user that may not make roles, and a wrong password, without showing it', async () => {
    await cluster.admin.query(`alter role run_theirs password '${PASSWORD}'`)
    vi.stubEnv('BUSPROOF_REMOTE_POSTGRES', addressOf('run_theirs'))
    await expect(remote.start({ folder })).rejects.toThrow('grant it CREATEROLE and CREATE')
    vi.stubEnv('BUSPROOF_REMOTE_POSTGRES', addressOf('nobody'))
    const refused = remote.start({ folder })
    await expect(refused).rejects.toThrow('BUSPROOF_REMOTE_POSTGRES: no session')
    await expect(refused).rejects.not.toThrow(PASSWORD)
  })
})
