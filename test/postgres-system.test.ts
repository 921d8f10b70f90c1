import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Client } from 'pg'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { PassingError, UsageError } from '../harness/errors.ts'
import type { PreparedRun, RunningSystem } from '../harness/system-contract.ts'
import postgres from '../systems/postgres/index.ts'
import { requires } from './require.ts'

const START = 60_000

const witness = {
  bootstrap: `
    create table topics (name text primary key, partitions int, dead_letter text);
    create table messages (topic text, partition int, "offset" bigserial, key bytea, value bytea, headers jsonb);
    create table positions ("group" text, topic text, partition int, next bigint);
  `,
  topic: 'insert into topics values ($1, $2, $3)',
  stored: 'select topic, partition, "offset", key, value, headers from messages order by "offset"',
  committed: 'select "group", topic, partition, next from positions',
}
const topics = [
  { name: 't-orders', partitions: 2, deadLetter: 't-orders.dlq' },
  { name: 't-plain', partitions: 1, deadLetter: null },
]

const eventually = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20))
}

requires('postgres', await postgres.missing())('the system postgres', () => {
  let folder: string
  let system: RunningSystem
  const clients: Client[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'busproof-postgres-'))
    system = await postgres.start({ folder })
  }, START)
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.end()
  })
  afterAll(async () => {
    await system[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  }, START)

  const prepare = (prefix: string, sql: Readonly<Record<string, string>> = witness): Promise<PreparedRun> =>
    system.prepare({ prefix, topics, witness: sql })
  const login = async ({ credentials }: PreparedRun, more: { readonly password?: string } = {}): Promise<Client> => {
    const { default: pg } = await import('pg')
    const client = new pg.Client({ ...system.endpoint('publish'), ...credentials, ...more })
    client.on('error', () => {})
    await client.connect()
    clients.push(client)
    return client
  }

  it('names the version of the real server', () => {
    expect(system.version).toMatch(/^PostgreSQL \d+\.\d+$/)
  })

  it("gives a run its own secret, its own tables and the adapter's topics", async () => {
    await using run = await prepare('Run-1-')
    const client = await login(run)
    const { rows } = await client.query('select * from topics order by name')
    expect(rows).toEqual([
      { name: 't-orders', partitions: 2, dead_letter: 't-orders.dlq' },
      { name: 't-plain', partitions: 1, dead_letter: null },
    ])
    const owners = await client.query("select distinct tableowner from pg_tables where tablename = 'topics'")
    expect(owners.rows).toEqual([{ tableowner: run.credentials['user'] }])
    await expect(login(run, { password: 'wrong' })).rejects.toMatchObject({ code: '28P01' })
  })

  it('reads what is stored and committed byte for byte', async () => {
    await using run = await prepare('run-2-')
    const client = await login(run)
    const insert = 'insert into messages (topic, partition, key, value, headers) values ($1, $2, $3, $4, $5)'
    const binary = Buffer.from([0, 255, 10, 128])
    await client.query(insert, [
      't-orders',
      1,
      binary,
      Buffer.alloc(0),
      JSON.stringify([
        ['h', binary.toString('base64')],
        ['h', ''],
      ]),
    ])
    await client.query(insert, ['t-orders.dlq', 0, null, null, '[]'])
    await client.query("insert into positions values ('g', 't-orders', 1, 9007199254740991)")
    expect(await run.witness?.stored?.()).toEqual([
      {
        position: { topic: 't-orders', partition: 1, offset: 1 },
        key: binary,
        value: Buffer.alloc(0),
        headers: [
          ['h', binary],
          ['h', Buffer.alloc(0)],
        ],
      },
      { position: { topic: 't-orders.dlq', partition: 0, offset: 2 }, key: null, value: null, headers: [] },
    ])
    expect(await run.witness?.committed?.()).toEqual([
      { group: 'g', topic: 't-orders', partition: 1, next: 9007199254740991 },
    ])
  })

  it('stores what cannot be read as the adapter says, and reads it as far as it can be', async () => {
    const poison = `insert into messages (topic, partition, value, headers)
      values ($1, 1, $2, '["name only", ["h", "AP8="]]') returning partition, "offset"`
    await using run = await prepare('run-8-', { ...witness, poison })
    const value = Buffer.from([0, 255, 10, 128])
    const position = { topic: 't-orders', partition: 1, offset: 1 }
    expect(await run.witness?.poison?.('t-orders', value)).toEqual(position)
    const headers = [['h', Buffer.from([0, 255])]]
    expect(await run.witness?.stored?.()).toEqual([{ position, key: null, value, headers }])
    await using other = await prepare('run-9-')
    expect(other.witness?.poison).toBeUndefined()
  })

  it("blames the adapter's SQL for what the server refuses, and not for a server that goes away", async () => {
    await using refused = await prepare('run-10-', { ...witness, stored: 'select nothing from nowhere' })
    await expect(refused.witness?.stored?.()).rejects.toThrow(UsageError)
    await using gone = await prepare('run-11-', { ...witness, stored: 'select pg_terminate_backend(pg_backend_pid())' })
    await expect(gone.witness?.stored?.()).rejects.toThrow(PassingError)
  })

  it("counts the sessions, transactions and locks of the run's own clients", async () => {
    await using other = await prepare('run-3-')
    await using run = await prepare('run-3-')
    const [client] = [await login(run), await login(other)]
    expect(await run.witness?.resources()).toEqual({ sessions: 1, transactions: 0, locks: 0 })
    await client.query('begin')
    await client.query('lock table topics')
    const held = await run.witness?.resources()
    expect(held).toMatchObject({ sessions: 1, transactions: 1 })
    expect(held?.['locks']).toBeGreaterThanOrEqual(1)
    await client.query('rollback')
    await client.end()
    await eventually(async () => (await run.witness?.resources())?.['sessions'] === 0)
  })

  it('has no witness where the adapter does not say how to read', async () => {
    const { stored, ...rest } = witness
    await using run = await prepare('run-4-', rest)
    expect(run.witness).toBeNull()
    expect([system.canWitness(rest), system.canWitness({ stored })]).toEqual([false, true])
  })

  it("ends a run's sessions and drops what it has, and nothing of another run", async () => {
    await using staying = await prepare('run-5-')
    const going = await prepare('run-5-')
    const [kept, ended] = [await login(staying), await login(going)]
    await ended.query('begin')
    await ended.query('lock table topics')
    const end = new Promise<void>((resolve) => ended.once('end', () => resolve()))
    await going[Symbol.asyncDispose]()
    await end
    await expect(login(going)).rejects.toMatchObject({ code: '28P01' })
    const left = 'select 1 from pg_namespace where nspname = $1 union all select 1 from pg_roles where rolname = $1'
    expect((await kept.query(left, [going.credentials['user']])).rows).toEqual([])
    expect((await kept.query('select * from topics')).rows).toHaveLength(2)
  })

  it("names the adapter's statement that fails, and leaves nothing behind", async () => {
    await expect(prepare('run-6-', { ...witness, bootstrap: 'create tabel x ()' })).rejects.toThrow(
      /witness\.bootstrap failed.*syntax error/,
    )
    await expect(prepare('run-6-', { ...witness, topic: 'insert into absent values ($1, $2, $3)' })).rejects.toThrow(
      /witness\.topic failed.*"absent" does not exist/,
    )
    await using run = await prepare('run-7-', { ...witness, stored: 'select absent' })
    await expect(run.witness?.stored?.()).rejects.toThrow(/witness\.stored failed.*"absent" does not exist/)
    const { rows } = await (await login(run)).query("select rolname from pg_roles where rolname like 'run_run_6_%'")
    expect(rows).toEqual([])
  })

  it(
    'ends with a harness that is killed',
    async () => {
      const own = await mkdtemp(join(tmpdir(), 'busproof-postgres-'))
      const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
      const script = fileURLToPath(new URL('fixtures/hold-postgres.ts', import.meta.url))
      const harness = spawn(process.execPath, ['--import', tsx, script, own], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const [said] = await once(harness.stdout, 'data')
      const port = Number(String(said))
      expect(await refuses(port)).toBe(false)
      harness.kill('SIGKILL')
      await eventually(() => refuses(port))
      await rm(own, { recursive: true, maxRetries: 10 })
    },
    START,
  )
})

function refuses(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      socket.destroy()
      resolve(false)
    })
    socket.once('error', () => resolve(true))
  })
}
