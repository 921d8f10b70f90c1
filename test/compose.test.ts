import { execFile } from 'node:child_process'
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
  }

  it("is taken by Compose, with images of one's own", async () => {
    const config = await compose(['config'], images)
    expect(config.match(/image: .*/g)?.sort()).toEqual(Object.values(images).map((image) => `image: ${image}`))
    expect(config.match(/mem_limit:/g)).toHaveLength(3)
    expect(config.match(/healthcheck:/g)).toHaveLength(3)
  })

  it('listens on loopback alone', async () => {
    const config = await compose(['config'], images)
    // One form is Compose 1's, the other Compose 2's.
    const published = config.match(/- \S+:\d+:\d+\/tcp|host_ip: \S+/g)
    expect(published).toHaveLength(2)
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
