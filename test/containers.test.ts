import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Kafka, logLevel } from 'kafkajs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { containers as nats } from '../examples/busproof-nats/system.ts'
import type { Certificate } from '../harness/certificate/certificate.ts'
import { certify } from '../harness/certify.ts'
import { exitCodeOf } from '../harness/cli/exit-code.ts'
import { missingToxiproxyImage } from '../harness/link/toxiproxy-container.ts'
import { PACKAGE_ROOT } from '../harness/own-package.ts'
import type { Plan } from '../harness/plan/plan.ts'
import { loadScenarios } from '../harness/plan/scenarios.ts'
import { HARNESS_LABEL, startContainer } from '../harness/process/containers/container.ts'
import { requireEngine } from '../harness/process/containers/engine.ts'
import { missingImage } from '../harness/process/containers/image.ts'
import { containers as kafka } from '../systems/kafka/index.ts'
import { containers as postgres } from '../systems/postgres/index.ts'
import { requires } from './require.ts'

const WITHIN = 180_000
const tsx = import.meta.resolve('tsx')
const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))
const adapter = (name: string): URL => new URL(`adapters/${name}/index.ts`, PACKAGE_ROOT)

async function plansNamed(...named: readonly string[]): Promise<readonly Plan[]> {
  const plans = (await loadScenarios(new URL('scenarios/', PACKAGE_ROOT)))
    .filter(({ name }) => named.includes(name))
    .map(({ plan }) => plan)
  expect(plans).toHaveLength(named.length)
  return plans
}

/** Those that a process has started and that are still there, whether they run or not. */
async function containersOf(pid: number | undefined): Promise<readonly string[]> {
  const { client } = await requireEngine()
  const filters = { label: [`${HARNESS_LABEL}=${pid}`] }
  const found = await client.container.dockerode.listContainers({ all: true, filters })
  return found.map(({ Image }) => Image)
}

async function certifiedWithItsServerKilled(bus: URL): Promise<Certificate> {
  const plans = await plansNamed('Broker paused, then killed', 'Lost acknowledgement', 'Rebalance under resets')
  const certificate = await certify(bus, {
    site: 'containers',
    toxiproxy: 'required',
    plans,
    lanes: 1,
    failures: null,
  })
  expect(certificate.error).toBeNull()
  expect(certificate.runs).toBe(plans.length)
  expect(certificate.verdicts.flatMap(({ violations }) => violations)).toEqual([])
  expect(exitCodeOf(certificate, false)).not.toBe(3)
  expect(Object.keys(certificate.faults.landed)).toEqual(
    expect.arrayContaining(['pause of a server', 'restart of a server', 'reset']),
  )
  expect(certificate.links).toMatch(/^tap and Toxiproxy \d+\.\d+\.\d+ in /)
  return certificate
}

requires('containers', (await kafka.missing()) ?? (await postgres.missing()) ?? (await missingToxiproxyImage()))(
  'the site containers',
  () => {
    afterEach(async () => {
      expect(await containersOf(process.pid)).toEqual([])
    })

    it('certifies a bus on PostgreSQL, with Toxiproxy in a container', { timeout: WITHIN }, async () => {
      const plans = await plansNamed('Calm, with everything', 'Cut in mid-frame', 'A slow network', 'Reconnect storm')
      const certificate = await certify(adapter('postgres'), {
        site: 'containers',
        toxiproxy: 'required',
        only: ['delivery/1', 'delivery/2', 'delivery/6'],
        plans,
        failures: null,
      })
      expect(certificate.error).toBeNull()
      expect(certificate.verdicts.filter(({ verdict }) => verdict !== 'not run')).toEqual([
        expect.objectContaining({ clause: 'delivery/1', verdict: 'pass' }),
        expect.objectContaining({ clause: 'delivery/2', verdict: 'pass' }),
        expect.objectContaining({ clause: 'delivery/6', verdict: 'pass' }),
      ])
      expect(Object.keys(certificate.faults.landed).length).toBeGreaterThanOrEqual(5)
      expect(certificate.site).toBe('containers')
      expect(certificate.links).toMatch(/^tap and Toxiproxy \d+\.\d+\.\d+ in /)
      expect(certificate.environment.server).toMatch(/^PostgreSQL \d+\..* in /)
    })

    it('certifies a bus on Kafka, whose broker is paused and killed', { timeout: WITHIN }, async () => {
      const certificate = await certifiedWithItsServerKilled(adapter('kafkajs'))
      expect(certificate.environment.server).toMatch(/^Apache Kafka \d+\.\d+\.\d+ in /)
    })

    it('has a Kafka whose node can be paused, killed and started again on its data', { timeout: WITHIN }, async () => {
      await using system = await kafka.start({ folder: '' })
      const run = await system.prepare({
        prefix: 'run-',
        topics: [{ name: 'run-plain', partitions: 1, deadLetter: null }],
        witness: {},
      })
      const { host, port } = system.endpoint('publish')
      const client = new Kafka({ brokers: [`${host}:${port}`], logLevel: logLevel.NOTHING, requestTimeout: WITHIN })
      const producer = client.producer()
      await producer.connect()
      const send = (value: string) => producer.send({ topic: 'run-plain', messages: [{ value }] })
      const stored = async () =>
        (await run.witness?.stored?.())?.map(({ value }) => Buffer.from(value ?? []).toString())
      const [node] = system.servers ?? []
      await send('before')

      await node?.pause()
      const order: string[] = []
      const sent = send('while paused').then(() => order.push('sent'))
      // Time in which a broker that went on would have answered.
      await new Promise((resolve) => setTimeout(resolve, 300))
      order.push('resumed')
      await node?.resume()
      await sent
      expect(order).toEqual(['resumed', 'sent'])

      await node?.pause()
      await node?.kill()
      await expect(node?.pause()).rejects.toThrow('kafka-0 cannot be paused: it is not running.')
      await node?.restart()
      expect(await stored()).toEqual(['before', 'while paused'])
      await producer.disconnect()
      await run[Symbol.asyncDispose]()
    })

    it('publishes ports on loopback alone', { timeout: WITHIN }, async () => {
      await using system = await postgres.start({ folder: '' })
      const { client } = await requireEngine()
      const filters = { label: [`${HARNESS_LABEL}=${process.pid}`] }
      const [container] = await client.container.dockerode.listContainers({ filters })
      const { port } = system.endpoint('publish')
      expect(container?.Ports.filter(({ PublicPort }) => PublicPort !== undefined)).toEqual([
        expect.objectContaining({ IP: '127.0.0.1', PublicPort: port }),
      ])
    })

    it('says what a container said that cannot be started, and leaves none', { timeout: WITHIN }, async () => {
      vi.stubEnv('BUSPROOF_IMAGE_POSTGRES', process.env['BUSPROOF_IMAGE_KAFKA'] ?? 'apache/kafka:4.1.1')
      const wrong = postgres.start({ folder: '' })
      await expect(wrong).rejects.toThrow(/PostgreSQL did not start: |the container postgres of .* cannot be started/)
      vi.unstubAllEnvs()
      const image = process.env['BUSPROOF_IMAGE_POSTGRES'] ?? 'postgres:18'
      const absent = startContainer({ name: 'absent', image, entrypoint: ['/no/such/program'], command: [] })
      await expect(absent).rejects.toThrow(/the container absent of .* cannot be started: .*no\/such\/program/s)
    })

    it('leaves nothing when the harness is killed and swept', { timeout: WITHIN }, async () => {
      const place = await mkdtemp(join(tmpdir(), 'busproof-containers-'))
      const env = { ...process.env, TMPDIR: place, TESTCONTAINERS_RYUK_DISABLED: 'true' }
      const script = fixture('hold-container.ts')
      const stdio = ['ignore', 'pipe', 'inherit'] as const
      const harness = spawn(process.execPath, ['--import', tsx, script], { env, stdio: [...stdio] })
      if (harness.stdout !== null) await once(harness.stdout, 'data')
      expect(await containersOf(harness.pid)).toHaveLength(1)
      harness.kill('SIGKILL')
      await once(harness, 'close')
      expect(await containersOf(harness.pid)).toHaveLength(1)
      const main = fileURLToPath(new URL('../harness/cli/main.ts', import.meta.url))
      const swept = execFileSync(process.execPath, ['--import', tsx, main, 'doctor', '--sweep'], {
        cwd: place,
        env,
        encoding: 'utf8',
      })
      expect(swept).toMatch(/^removed the container postgres \([0-9a-f]{12}\)$/m)
      expect(await containersOf(harness.pid)).toEqual([])
      await rm(place, { recursive: true })
    })

    it('names an image that is not here and cannot be pulled, and its setting', { timeout: WITHIN }, async () => {
      const image = { setting: 'BUSPROOF_IMAGE_ABSENT', standard: '127.0.0.1:9/absent:1' }
      expect(await missingImage(image)).toMatch(
        /^The image 127\.0\.0\.1:9\/absent:1 is missing and cannot be pulled \(.+\): .*`docker pull .*BUSPROOF_IMAGE_ABSENT to another image\.$/,
      )
    })
  },
)

requires('containers', (await nats.missing()) ?? (await missingToxiproxyImage()))(
  'the site containers, of a system from outside',
  () => {
    it('certifies a bus on NATS, whose server is paused and killed', { timeout: WITHIN }, async () => {
      const bus = new URL('examples/busproof-nats/index.ts', PACKAGE_ROOT)
      const certificate = await certifiedWithItsServerKilled(bus)
      expect(certificate.environment.server).toMatch(/^NATS \d+\.\d+\.\d+ in /)
      expect(await containersOf(process.pid)).toEqual([])
    })
  },
)

describe('the site containers, without Testcontainers', () => {
  it('says so in one sentence, with the command', async () => {
    const script = `import('${new URL('../harness/process/containers/engine.ts', import.meta.url)}').then(
      async ({ findEngine }) => console.log(await findEngine()))`
    const hook = fixture('without-testcontainers.ts')
    const args = ['--import', tsx, '--import', hook, '--eval', script]
    expect(execFileSync(process.execPath, args, { encoding: 'utf8' }).trim()).toBe(
      'The package testcontainers is not installed: run `npm install --save-dev testcontainers@11`.',
    )
  })
})
