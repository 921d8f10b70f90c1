/** A server in a container, as the image postgres starts it: POSTGRES_PASSWORD, and the server's settings as arguments. */
import { randomBytes } from 'node:crypto'
import { PassingError } from '../../harness/errors.ts'
import { type Container, startContainer } from '../../harness/process/containers/container.ts'
import { type Image, imageName, missingImage } from '../../harness/process/containers/image.ts'
import { freePort } from '../../harness/process/loopback.ts'
import type { System } from '../../harness/system-contract.ts'
import { type Admin, whenAnswering } from './admin.ts'
import { missingClient } from './binaries.ts'
import type { Cluster } from './cluster.ts'
import { runningOver } from './running.ts'
import { asArguments, INITDB, lacks, lastLines, SETTINGS } from './settings.ts'

const IMAGE: Image = { setting: 'BUSPROOF_IMAGE_POSTGRES', standard: 'postgres:18' }

/** Within. */
const PORT = 5432
const START_WITHIN = 60_000

export const containers: System = {
  contract: 2,
  name: 'postgres',
  lacks,
  concurrent: true,
  sizes: [1],
  missing: async () => missingClient() ?? (await missingImage(IMAGE)),
  start: async () => runningOver(await startInContainer(), ` in ${imageName(IMAGE)}`),
}

async function startInContainer(): Promise<Cluster> {
  const password = randomBytes(18).toString('base64url')
  const port = await freePort()
  const container = await startContainer({
    name: 'postgres',
    image: imageName(IMAGE),
    command: ['postgres', ...asArguments({ ...SETTINGS, listen_addresses: '*' })],
    env: { POSTGRES_PASSWORD: password, POSTGRES_INITDB_ARGS: INITDB.join(' ') },
    ports: [{ within: PORT, loopback: port }],
  })
  const admin = await answering(container, { port, password })
  return {
    admin,
    port,
    async [Symbol.asyncDispose]() {
      await admin.end()
      await container[Symbol.asyncDispose]()
    },
  }
}

/** Rejects with what it said last, and removes it, when it does not answer. */
async function answering(
  container: Container,
  { port, password }: { readonly port: number; readonly password: string },
): Promise<Admin> {
  try {
    return await whenAnswering({ port, password, within: START_WITHIN, running: () => container.running() })
  } catch (error) {
    const said = await container.said()
    await container[Symbol.asyncDispose]()
    throw new PassingError(`PostgreSQL did not start: ${lastLines(said)}`, { cause: error })
  }
}
