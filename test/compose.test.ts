import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { certify } from '../harness/certify.ts'
import { missingToxiproxyImage } from '../harness/link/toxiproxy-container.ts'
import { PACKAGE_ROOT } from '../harness/own-package.ts'
import { remoteAddress } from '../systems/postgres/address.ts'
import { connectTo } from '../systems/postgres/admin.ts'
import { containers as postgres } from '../systems/postgres/index.ts'
import { requires } from './require.ts'
import { plansOf } from './scenarios.case.ts'
import { violated } from './violated.case.ts'

const WITHIN = 120_000
const MISSING = 'Docker Compose is not here: `npm run components -- compose` installs it.'

const execute = promisify(execFile)

/** Docker's plugin, or the program of its own; null when neither is here. */
async function findCompose(): Promise<readonly [string, ...string[]] | null> {
  for (const command of [['docker', 'compose'], ['docker-compose']] as const) {
    const [program, ...args] = command
    const ran = await execute(program, [...args, 'version']).then(
      () => true,
      () => false,
    )
    if (ran) return command
  }
  return null
}

const found = await findCompose()

async function compose(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  if (found === null) throw new Error(MISSING)
  const [program, ...before] = found
  const options = { cwd: fileURLToPath(PACKAGE_ROOT), env: { ...process.env, ...env } }
  return (await execute(program, [...before, '-f', 'docker-compose.chaos.yml', ...args], options)).stdout
}

requires('compose', found === null ? MISSING : null)('docker-compose.chaos.yml', () => {
  const images = {
    BUSPROOF_IMAGE_REDPANDA: 'a/redpanda:1',
    BUSPROOF_IMAGE_POSTGRES: 'b/postgres:2',
    BUSPROOF_IMAGE_TOXIPROXY: 'c/toxiproxy:3',
    BUSPROOF_IMAGE_REDIS: 'd/redis:4',
    BUSPROOF_IMAGE_PROMETHEUS: 'e/prometheus:5',
    BUSPROOF_IMAGE_GRAFANA: 'f/grafana:6',
    BUSPROOF_IMAGE_JAEGER: 'g/jaeger:7',
    BUSPROOF_IMAGE_NODE: 'h/node:8',
  }
  const all = ['three', 'watch', 'redis', 'run'].flatMap((profile) => ['--profile', profile])

  it("is taken by Compose, with images of one's own and files that are here", async () => {
    const config = await compose([...all, 'config'], images)
    const used = config.match(/image: .*/g)?.map((line) => line.replace('image: ', ''))
    expect(new Set(used)).toEqual(new Set(Object.values(images)))
    // Redpanda alone, and three of them.
    expect(used?.filter((image) => image === images.BUSPROOF_IMAGE_REDPANDA)).toHaveLength(4)
    expect(config.match(/mem_limit:/g)).toHaveLength(11)
    // Redpanda, PostgreSQL and Toxiproxy start unasked; busproof itself ends.
    expect(config.match(/profiles:/g)).toHaveLength(8)
    expect(config.match(/healthcheck:/g)).toHaveLength(10)
    const mounted = config.match(/[^\s:]*\/examples\/monitoring\/[^\s:]+/g) ?? []
    expect(mounted).toHaveLength(5)
    expect(mounted.filter((file) => !existsSync(file))).toEqual([])
  })

  it('listens on loopback alone', async () => {
    const config = await compose([...all, 'config'], images)
    // One form is Compose 1's, the other Compose 2's.
    const published = config.match(/- \S+:\d+:\d+\/tcp|host_ip: \S+/g)
    expect(published).toHaveLength(8)
    for (const port of published ?? []) expect(port).toMatch(/^(- |host_ip: )127\.0\.0\.1/)
    expect(config).toMatch(/- -host=127\.0\.0\.1\n/)
    expect(config).toContain('network_mode: host')
  })
})

const missing = found === null ? MISSING : ((await postgres.missing()) ?? (await missingToxiproxyImage()))

requires('compose', missing)('PostgreSQL and Toxiproxy from docker-compose.chaos.yml', () => {
  const project = ['--project-name', `busproof-test-${process.pid}`]

  beforeAll(async () => {
    await compose([...project, 'up', '--detach', 'postgres', 'toxiproxy'])
    vi.stubEnv('BUSPROOF_TOXIPROXY', 'http://127.0.0.1:8474')
    vi.stubEnv('BUSPROOF_REMOTE_POSTGRES', 'postgres://postgres:busproof-chaos@127.0.0.1:15432/postgres')
    const answers = async (): Promise<void> => (await connectTo(remoteAddress())).end()
    await vi.waitFor(answers, { timeout: WITHIN, interval: 200 })
  }, WITHIN)
  afterAll(async () => {
    vi.unstubAllEnvs()
    await compose([...project, 'down', '--volumes'])
  }, WITHIN)

  it('serve a certification on the site remote, with faults', { timeout: WITHIN }, async () => {
    const certificate = await certify(new URL('adapters/postgres/index.ts', PACKAGE_ROOT), {
      site: 'remote',
      lanes: 1,
      plans: await plansOf('No way around the links', 'Lost acknowledgement'),
      failures: null,
    })
    expect(certificate).toMatchObject({ error: null, runs: 2 })
    expect(certificate.links).toMatch(/^tap and Toxiproxy \d/)
    expect(violated(certificate)).toEqual([])
    expect(Object.keys(certificate.faults.landed).sort()).toEqual(['black-hole down', 'refuse'])
  })
})
