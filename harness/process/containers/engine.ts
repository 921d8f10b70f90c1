/** The Docker Engine, reached as Testcontainers finds it: DOCKER_HOST, the default sockets, `~/.testcontainers.properties`. */
import type { ContainerRuntimeClient } from 'testcontainers'
import { SiteError, UsageError } from '../../errors.ts'

type Testcontainers = typeof import('testcontainers')

const PACKAGE_MISSING = 'The package testcontainers is not installed: run `npm install --save-dev testcontainers@11`.'
const ENGINE_MISSING =
  'No Docker Engine answers: start Docker, or set DOCKER_HOST to its socket; on Debian, `apt-get install docker.io` installs one.'

/** Testcontainers passes over an address that it cannot read, to whatever else there is. */
function assertAddress(): void {
  const named = process.env['DOCKER_HOST'] ?? ''
  if (named === '' || (/^(unix|npipe|tcp|https?):\/\/./.test(named) && URL.canParse(named))) return
  throw new UsageError(
    'DOCKER_HOST is not the address of a Docker Engine: set it to unix:///path/of/docker.sock or tcp://127.0.0.1:2375, or unset it.',
  )
}

export interface Engine {
  readonly testcontainers: Testcontainers
  readonly client: ContainerRuntimeClient
  /** For who removes its containers without Testcontainers: `unix:PATH`, or the URL of its API. */
  readonly address: string
}

/**
 * The engine, or one sentence: what is missing and the command that gets it. Rejects with {@link UsageError} when DOCKER_HOST is
 * no address.
 */
export async function findEngine(): Promise<Engine | string> {
  const testcontainers = await load()
  if (testcontainers === null) return PACKAGE_MISSING
  assertAddress()
  try {
    const client = await testcontainers.getContainerRuntimeClient()
    return { testcontainers, client, address: addressOf(client) }
  } catch {
    return ENGINE_MISSING // Testcontainers says no more than that nothing it tried has worked.
  }
}

/** Rejects with {@link SiteError} where there is none. */
export async function requireEngine(): Promise<Engine> {
  const found = await findEngine()
  if (typeof found === 'string') throw new SiteError(found)
  return found
}

/** Null when it is not installed. */
async function load(): Promise<Testcontainers | null> {
  try {
    return await import('testcontainers')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return null
    throw error
  }
}

interface Modem {
  readonly socketPath?: string
  readonly protocol?: string
  readonly host?: string
  readonly port?: number | string
}

function addressOf(client: ContainerRuntimeClient): string {
  const { socketPath, protocol, host, port } = client.container.dockerode.modem as Modem
  return socketPath === undefined ? `${protocol ?? 'http'}://${host}:${port}` : `unix:${socketPath}`
}
