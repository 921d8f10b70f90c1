import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { ownNamespace } from '../harness/process/leases/identity.ts'
import { LEASE_FORMAT } from '../harness/process/leases/leftover.ts'
import { sweep } from '../harness/process/leases/sweep.ts'
import { type Cluster, startCluster } from '../systems/postgres/cluster.ts'
import postgres from '../systems/postgres/index.ts'
import { prepareRun } from '../systems/postgres/run.ts'
import { requires } from './require.ts'

requires('postgres', await postgres.missing())('runs that were killed on a PostgreSQL that runs on', () => {
  let place: string
  let cluster: Cluster

  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'busproof-postgres-sweep-'))
    await mkdir(join(place, 'leases'), { mode: 0o700 })
    await mkdir(join(place, 'server'))
    await chmod(place, 0o711)
    cluster = await startCluster(join(place, 'server'))
    await cluster.admin.query("create role sweeper superuser login password 'known'")
  })
  afterEach(() => vi.unstubAllEnvs())
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]()
    await rm(place, { recursive: true })
  })

  const prepare = (prefix: string) => prepareRun(cluster.admin, { prefix, topics: [], witness: {} })
  const names = async (): Promise<readonly string[]> => {
    const rows = await cluster.admin.query<{ name: string }>(
      "select rolname as name from pg_roles where rolname like 'run%' union all select nspname from pg_namespace where nspname like 'run%' order by 1",
    )
    return rows.map(({ name }) => name)
  }

  it('are swept by their prefix, and no others', async () => {
    const settings = {
      host: '127.0.0.1',
      port: String(cluster.port),
      user: 'sweeper',
      passwordFrom: 'SWEEPER_ADDRESS',
    }
    const owner = { pid: process.pid, started: 'before this process received its number' }
    const leftovers = [{ kind: 'remote', system: 'postgres', settings, prefix: 'bp1a2b3c_' }]
    await writeFile(
      join(place, 'leases', 'left.json'),
      JSON.stringify({ format: LEASE_FORMAT, machine: hostname(), namespace: ownNamespace(), owner, leftovers }),
    )
    await using living = await prepare('bp1a2b3cd_0_')
    const dead = [await prepare('bp1a2b3c_0_'), await prepare('bp1a2b3c_1_')].map(
      ({ credentials }) => credentials['user'],
    )
    const kept = living.credentials['user']

    expect(await sweep({ leases: join(place, 'leases') })).toEqual({
      done: [],
      warnings: [
        expect.stringMatching(/bp1a2b3c_ on postgres; the next sweep tries again: set SWEEPER_ADDRESS to the address/),
      ],
    })
    expect(await names()).toEqual([...dead, ...dead, kept, kept].sort())

    vi.stubEnv('SWEEPER_ADDRESS', `postgres://sweeper:known@127.0.0.1:${cluster.port}/postgres`)
    const { done, warnings } = await sweep({ leases: join(place, 'leases') })
    expect(warnings).toEqual([])
    expect([...done].sort()).toEqual(
      dead.map((name) => `removed the role ${name} and its schema from PostgreSQL`).sort(),
    )
    expect(await names()).toEqual([kept, kept])
    expect(await sweep({ leases: join(place, 'leases') })).toEqual({ done: [], warnings: [] })
  })
})
