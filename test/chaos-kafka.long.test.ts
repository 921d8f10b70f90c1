import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Admin, Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Certificate } from '../harness/certificate/certificate.ts'
import { processAt } from '../harness/process/leases/identity.ts'
import type { RunningSystem } from '../harness/system-contract.ts'
import kafka from '../systems/kafka/index.ts'
import { requires } from './require.ts'

const START = 60_000
const WITHIN = 180_000
/** How often the harness is killed; the supervisor a fifth as often. */
const TIMES = Number(process.env['BUSPROOF_KILLS'] ?? 1)
if (!Number.isInteger(TIMES) || TIMES < 1) throw new Error('BUSPROOF_KILLS must be a whole number from 1 on')
const MAIN = fileURLToPath(new URL('../harness/cli/main.ts', import.meta.url))
const REPOSITORY = fileURLToPath(new URL('..', import.meta.url))

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

requires('kafka', await kafka.missing())('a chaos run against a Kafka that others use', () => {
  let folder: string
  let system: RunningSystem
  let client: Kafka
  let admin: Admin
  let address: string
  let cluster: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'busproof-chaos-'))
    system = await kafka.start({ folder: join(folder, 'kafka') })
    const { host, port } = system.endpoint('publish')
    address = `${host}:${port}`
    client = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING })
    admin = client.admin()
    await admin.connect()
    cluster = (await admin.describeCluster()).clusterId
    await admin.createTopics({ waitForLeaders: true, topics: [{ topic: 'theirs', numPartitions: 2 }] })
    const producer = client.producer()
    await producer.connect()
    await producer.send({ topic: 'theirs', messages: [{ partition: 1, value: 'kept' }] })
    await producer.disconnect()
    await admin.setOffsets({ groupId: 'theirs', topic: 'theirs', partitions: [{ partition: 1, offset: '1' }] })
  }, START)
  afterAll(async () => {
    await admin.disconnect()
    await system[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  }, START)

  const whatIsThere = async () => ({
    topics: (await admin.listTopics()).filter((name) => !name.startsWith('__')).sort(),
    groups: (await admin.listGroups()).groups
      .map(({ groupId }) => groupId)
      .filter((name) => !['busproof-kept', 'busproof-written'].includes(name))
      .sort(),
    ends: await admin.fetchTopicOffsets('theirs'),
    positions: await admin.fetchOffsets({ groupId: 'theirs', topics: ['theirs'] }),
  })

  const file = async (name: string, changes: Readonly<Record<string, string>> = {}): Promise<string> => {
    const lines = {
      target: `{ adapter: kafkajs, site: remote, address: { env: STAGING }, allow: [127.0.0.1], expect: { cluster: ${cluster} } }`,
      load: '{ rate: 50/s, nodes: 2, members: 2, partitions: 2, size: 200B, handlers: { failing: 2%, permanent: 1% } }',
      duration: '12s',
      epoch: '6s',
      faults: '{ lasts: { least: 300ms, most: 1s }, rest: { least: 500ms, most: 1s } }',
      settings:
        '{ publish.timeout: 1000, publish.deadline: 5000, retry.base: 50, handling.base: 50, breaker.reset: 1000, consume.session: 1000, recovery.deadline: 15000 }',
      thresholds: '[violations == 0, unavailable < 1m]',
      ...changes,
    }
    const path = join(folder, name)
    await writeFile(
      path,
      Object.entries(lines)
        .map(([key, value]) => `${key}: ${value}\n`)
        .join(''),
    )
    return path
  }

  const start = (...args: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } => {
    const child = spawn(process.execPath, ['--import', 'tsx', MAIN, 'chaos', ...args], {
      cwd: REPOSITORY,
      env: { ...process.env, STAGING: address, TMPDIR: folder },
    })
    const said = { stdout: '', stderr: '' }
    child.stdout.on('data', (data: Buffer) => {
      said.stdout += data.toString()
    })
    child.stderr.on('data', (data: Buffer) => {
      said.stderr += data.toString()
    })
    const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, ...said })))
    return { child, ended }
  }
  const failures = (): string => join(folder, 'failures')

  it('soaks a bus that works, and leaves everything as it was', { timeout: WITHIN }, async () => {
    const before = await whatIsThere()
    const json = join(folder, 'certificate.json')
    const { code, stdout, stderr } = await start(await file('soak.yaml'), '--json', json, '--failures', failures())
      .ended
    expect([code, stdout.trim().split('\n').at(-1)], stderr + stdout).toEqual([
      0,
      expect.stringMatching(/^SOAKED kafkajs: .* at 50\/s, remote site$/),
    ])
    const certificate = JSON.parse(await readFile(json, 'utf8')) as Certificate
    const { soak, verdicts, faults } = certificate
    // The baseline, and two more.
    expect(soak).toMatchObject({ ended: 'finished', epochs: 3, rate: 50 })
    expect(soak?.lasted).toBeGreaterThanOrEqual(11_900)
    expect(soak?.sent).toBeGreaterThan(12 * 50)
    expect(soak?.latency.publish.count).toBe(soak?.acknowledged)
    expect(Object.values(faults.landed).reduce((sum, one) => sum + one, 0)).toBeGreaterThan(0)
    expect(verdicts.find(({ clause }) => clause === 'delivery/1')).toMatchObject({ verdict: 'pass' })
    expect(await whatIsThere()).toEqual(before)
  })

  it.each([
    ['commits-before-handling', 'delivery/6', /before the first fault$/],
    ['dropped-when-destination-is-down', 'dead-letter/1', /dead-letter\/\d+$/],
  ])(
    'ends with a story within the epoch in which a bus breaks its word: %s',
    { timeout: WITHIN },
    async (name, clause, end) => {
      const stored = async (): Promise<number> => (await readdir(failures()).catch(() => [])).length
      const known = await stored()
      const before = await whatIsThere()
      const adapter = join(REPOSITORY, `mutants/kafka/${name}.ts`)
      const path = await file(`${name}.yaml`, {
        target: `{ adapter: ${adapter}, site: remote, address: { env: STAGING }, allow: [127.0.0.1], expect: { cluster: ${cluster} } }`,
        duration: '60s',
        load: '{ rate: 50/s, nodes: 2, members: 2, partitions: 2, size: 200B, handlers: { permanent: 10% } }',
        faults: '{ kinds: [refuse], roles: [dead-letter], lasts: 2s, rest: 500ms }',
      })
      const { code, stdout, stderr } = await start(path, '--failures', failures()).ended
      expect(code, stderr + stdout).toBe(1)
      const last = stdout.trim().split('\n').at(-1)
      expect(last).toContain(clause)
      expect(last).toMatch(end)
      expect(stdout).toMatch(/ms {2}producer/)
      expect(await stored()).toBeGreaterThan(known)
      expect(await whatIsThere()).toEqual(before)
    },
  )

  it.each([
    [
      'another cluster',
      { target: `{ adapter: kafkajs, address: { env: STAGING }, allow: [127.0.0.1], expect: { cluster: other } }` },
      /expect\.cluster is other, but the target calls itself/,
    ],
    [
      'an unknown cluster',
      { target: `{ adapter: kafkajs, address: { env: STAGING }, allow: [127.0.0.1] }` },
      /expect is missing: the target calls itself .* add expect/,
    ],
    [
      'a host that is not allowed',
      { target: `{ adapter: kafkajs, address: "kafka.example:9092", allow: [127.0.0.1] }` },
      /kafka\.example, which is not this machine/,
    ],
    ['a guard that is red', { guards: '[{ command: ["false"] }]' }, /no run was started: the guard false ended with 1/],
    [
      'a guard that cannot be read',
      { guards: '[{ http: "http://127.0.0.1:1/" }]' },
      /no run was started: the guard http:\/\/127\.0\.0\.1:1\/ cannot be read/,
    ],
  ])('does nothing to %s', { timeout: WITHIN }, async (name, changes, why) => {
    const before = await whatIsThere()
    const { code, stderr } = await start(await file(`${name.replaceAll(' ', '-')}.yaml`, changes)).ended
    expect(stderr).toMatch(why)
    expect(code).toBe(2)
    expect(await whatIsThere()).toEqual(before)
  })

  it('ends when somebody writes the file that stops it', { timeout: WITHIN }, async () => {
    const stop = join(folder, 'stop')
    const path = await file('stopped.yaml', { duration: '10m', stop: `{ file: ${stop} }` })
    const { child, ended } = start(path)
    await said(child, /soaking/)
    await writeFile(stop, '')
    const { code, stdout } = await ended
    expect(stdout).toMatch(/NOT SOAKED kafkajs: the file .*stop is there/)
    expect(code).toBe(3)
    const again = await start(path).ended
    expect([again.code, again.stderr]).toEqual([
      2,
      expect.stringMatching(/no run was started: the file .*stop is there/),
    ])
    await rm(stop)
  })

  /** Kills at a random moment; what is told is how long until nothing of it ran, and until nothing of it was left, ms. */
  const killed = async (signal: 'SIGKILL' | 'SIGSTOP') => {
    const before = await whatIsThere()
    const { child, ended } = start(await file(`${signal}.yaml`, { duration: '10m' }))
    await said(child, /soaking/)
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 5_000))
    const own = await childrenOf(child.pid ?? 0)
    expect(own.length).toBeGreaterThan(0)
    const at = performance.now()
    child.kill(signal)
    await ended
    // Whatever it had started ends, and what it had made goes.
    await expect.poll(() => own.filter((pid) => processAt(pid) !== null), { timeout: 30_000 }).toEqual([])
    const ran = performance.now() - at
    await expect.poll(whatIsThere, { timeout: 30_000, interval: 500 }).toEqual(before)
    return { ran, left: performance.now() - at }
  }

  it.each([
    ['SIGKILL', TIMES],
    ['SIGSTOP', Math.ceil(TIMES / 5)],
  ] as const)('is healed when the harness gets %s', { timeout: WITHIN * TIMES }, async (signal, times) => {
    const seen: Awaited<ReturnType<typeof killed>>[] = []
    while (seen.length < times) seen.push(await killed(signal))
    tellTimes(
      `${signal}, until nothing ran`,
      seen.map(({ ran }) => ran),
    )
    tellTimes(
      `${signal}, until nothing was left`,
      seen.map(({ left }) => left),
    )
  })

  it('goes on, healed as ever, when its supervisor is killed', { timeout: WITHIN * TIMES }, async () => {
    for (let killed = 0; killed < Math.ceil(TIMES / 5); killed++) {
      const { child, ended } = start(await file('supervisor.yaml'))
      await said(child, /soaking/)
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5_000))
      const [first] = await supervisorsOf(child.pid ?? 0)
      expect(first).toBeDefined()
      process.kill(first ?? 0, 'SIGKILL')
      await expect
        .poll(async () => (await supervisorsOf(child.pid ?? 0)).filter((pid) => pid !== first), { timeout: 10_000 })
        .toHaveLength(1)
      expect((await ended).code).toBe(0)
    }
  })
})

function tellTimes(what: string, times: readonly number[]): void {
  const sorted = times.toSorted((one, other) => one - other).map(Math.round)
  console.info(`${what}: ${times.length} times, median ${sorted[sorted.length >> 1]} ms, at most ${sorted.at(-1)} ms`)
}

const said = (child: ChildProcess, what: RegExp): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('close', () => reject(new Error(`it ended before it said ${what}`)))
    child.stderr?.on('data', (data: Buffer) => what.test(data.toString()) && resolve())
  })

/** On Linux, where the parents of processes can be read. */
async function childrenOf(pid: number): Promise<number[]> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const parents = await Promise.all(all.map(async (one) => [one, await parentOf(one)] as const))
  return parents.filter(([, parent]) => parent === pid).map(([one]) => one)
}

async function parentOf(pid: number): Promise<number | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  return stat === null ? null : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

async function supervisorsOf(pid: number): Promise<number[]> {
  const own = await childrenOf(pid)
  const lines = await Promise.all(
    own.map(async (one) => [one, await readFile(`/proc/${one}/cmdline`, 'utf8').catch(() => '')] as const),
  )
  return lines.filter(([, line]) => line.includes('supervisor')).map(([one]) => one)
}
