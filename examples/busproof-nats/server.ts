/** A nats-server with JetStream, on loopback: what both sites share, and the program that runs on this machine. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Endpoint, freePort, LOOPBACK, type Program, SiteError, startProgram, UsageError } from 'busproof/system'

/** Where clients reach a server, and as whom. */
export interface Access {
  readonly endpoint: Endpoint
  /** Of its monitoring, over HTTP. */
  readonly monitor: Endpoint
  readonly credentials: { readonly user: string; readonly password: string }
}

export interface Server extends Access, AsyncDisposable {
  /** As good as killed and started again on the same ports and data; it does not serve yet. */
  start(): Promise<void>
  running(): Promise<boolean>
  /** The last of what it has said. */
  said(): Promise<string>
  /** False when it does not run. */
  pause(): Promise<boolean>
  /** False when there is nothing to resume. */
  resume(): Promise<boolean>
  kill(): Promise<void>
}

const SETTING = 'BUSPROOF_NATS_SERVER'
const MISSING =
  'nats-server is missing: on Debian, run `apt-get install nats-server`; or set BUSPROOF_NATS_SERVER to the path of the program.'

export interface Installed {
  readonly program: string
}

/** Rejects with UsageError when BUSPROOF_NATS_SERVER names no such program. */
export async function findServer(): Promise<Installed | { readonly missing: string }> {
  const named = process.env[SETTING] ?? ''
  const program = named === '' ? 'nats-server' : named
  if (await responds(program)) return { program }
  if (named === '') return { missing: MISSING }
  throw new UsageError(
    `${SETTING} is "${named}", which does not respond to --version: set it to the path of a nats-server program.`,
  )
}

const responds = (program: string): Promise<boolean> =>
  new Promise((resolve) => {
    execFile(program, ['--version'], (_error, stdout) => resolve(/v\d+\.\d+\.\d+/.test(stdout)))
  })

/** What every server of ours is given; `store` is where it keeps streams. */
export const configuration = ({ endpoint, monitor, credentials }: Access, store: string): string => `
listen: "${endpoint.host}:${endpoint.port}"
http: "${monitor.host}:${monitor.port}"
jetstream { store_dir: ${JSON.stringify(store)}, max_memory_store: 64MB, max_file_store: 1GB }
authorization { user: ${credentials.user}, password: ${credentials.password} }
`

/** On free ports of loopback. */
export const newAccess = async (): Promise<Access> => ({
  endpoint: { host: LOOPBACK, port: await freePort() },
  monitor: { host: LOOPBACK, port: await freePort() },
  // The configuration takes such a password for nothing but a text.
  credentials: { user: 'bus', password: `nats${randomBytes(16).toString('hex')}` },
})

/** In `folder`, which is empty; it is not started yet. */
export async function serverIn(folder: string, { program }: Installed): Promise<Server> {
  const access = await newAccess()
  const store = join(folder, 'store')
  const config = join(folder, 'nats.conf')
  await mkdir(store)
  await writeFile(config, configuration(access, store), { mode: 0o600 })
  let running: Program | null = null
  const kill = async (): Promise<void> => {
    await running?.stop()
  }
  return {
    ...access,
    async start() {
      await kill()
      // Its data goes with the harness, so it need not end in good order; and a paused one can only be killed.
      running = await startProgram(program, ['--config', config], { cwd: folder, end: 'SIGKILL' })
    },
    running: async () => running?.running() === true,
    said: async () => running?.said() ?? '',
    pause: async () => (await running?.pause()) === true,
    resume: async () => running?.resume() === true,
    kill,
    [Symbol.asyncDispose]: kill,
  }
}

export const lastLines = (text: string): string => text.trim().split('\n').slice(-6).join('\n')

/** Rejects with SiteError, and what it said last, when it has ended. */
export async function assertRunning(server: Server): Promise<void> {
  if (await server.running()) return
  throw new SiteError(`nats-server has ended: ${lastLines(await server.said())}`)
}
