/** One PostgreSQL server: made, started, stopped. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { freePort, LOOPBACK } from '../../harness/site/loopback.ts'
import { type Program, SiteError, startProgram } from '../../harness/site/program.ts'
import { type Admin, connectAsAdmin } from './admin.ts'
import { type Binaries, provideBinaries, reachableByOthers } from './binaries.ts'
import { serverUser, type User } from './user.ts'

export interface Cluster extends AsyncDisposable {
  readonly admin: Admin
  readonly port: number
}

/** Small and quick: the data need not outlive the machine, and the log must say who was cut off. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: LOOPBACK,
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '32MB',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  autovacuum: 'off',
  jit: 'off',
  // A transaction whose client hangs must not hold its locks for ever, and a running query must notice that its client left.
  idle_in_transaction_session_timeout: '30s',
  client_connection_check_interval: '1s',
  logging_collector: 'on',
  log_directory: 'log',
  log_filename: 'server.log',
  log_line_prefix: '%m [%p] %u ',
  log_disconnections: 'off',
}

const START_WITHIN = 20_000
/** A free port can be taken by another program before the server listens on it. */
const PORT_TRIES = 3

/** Makes a server in `folder`, which is empty, and starts it. */
export async function startCluster(folder: string): Promise<Cluster> {
  const user = await serverUser()
  const data = join(folder, 'data')
  if (user !== null) await openTo(user, folder, data)
  const binaries = await provideBinaries(folder, user)
  const password = randomBytes(18).toString('base64url')
  await initialise({ binaries, folder, data, user, password })
  for (let tries = 1; ; tries++) {
    const port = await freePort()
    const args = [
      '-D',
      data,
      '-p',
      String(port),
      ...Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ]
    const program = await startProgram(binaries.postgres, args, { cwd: folder, env: ENVIRONMENT, ...asUser(user) })
    const admin = await answering(program, { port, password, data }, tries < PORT_TRIES)
    if (admin !== null) {
      return {
        admin,
        port,
        async [Symbol.asyncDispose]() {
          await admin.end()
          await program.stop()
        },
      }
    }
  }
}

const ENVIRONMENT = { LC_ALL: 'C' }
const asUser = (user: User | null): { readonly user?: User } => (user === null ? {} : { user })

/** Lets another user into a folder of ours, as far as that is ours to allow. */
async function openTo(user: User, folder: string, data: string): Promise<void> {
  await chmod(folder, 0o711)
  if (!(await reachableByOthers(folder))) {
    throw new SiteError(
      `PostgreSQL does not run as root, and the user ${user.name} cannot reach ${folder}: ` +
        `make ${dirname(folder)} and what is above it passable (chmod o+x), or set TMPDIR to a folder that is.`,
    )
  }
  await mkdir(data, { mode: 0o700 })
  await chown(data, user.uid, user.gid)
}

async function initialise(options: {
  readonly binaries: Binaries
  readonly folder: string
  readonly data: string
  readonly user: User | null
  readonly password: string
}): Promise<void> {
  const { binaries, folder, data, user, password } = options
  const passwordFile = join(folder, 'password')
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  if (user !== null) await chown(passwordFile, user.uid, user.gid)
  const args = ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`]
  const more = ['--locale=C', '--encoding=UTF8', '--no-sync', '--no-data-checksums', '--no-instructions']
  const spawning = {
    cwd: folder,
    env: { ...process.env, ...ENVIRONMENT },
    ...(user === null ? {} : { uid: user.uid, gid: user.gid }),
  }
  try {
    await new Promise<void>((resolve, reject) => {
      execFile(binaries.initdb, [...args, ...more], spawning, (error, stdout, stderr) => {
        if (error === null) resolve()
        else reject(new SiteError(`PostgreSQL's initdb failed: ${lastLines(`${stdout}\n${stderr}`) || error.message}`))
      })
    })
  } finally {
    await rm(passwordFile, { force: true })
  }
}

const lastLines = (text: string): string => text.trim().split('\n').slice(-6).join('\n')

/** Connects as soon as it answers. Null when its port was taken and `again` allows another try; otherwise rejects. */
async function answering(
  program: Program,
  { port, password, data }: { readonly port: number; readonly password: string; readonly data: string },
  again: boolean,
): Promise<Admin | null> {
  const until = performance.now() + START_WITHIN
  for (;;) {
    try {
      return await connectAsAdmin(port, password)
    } catch (error) {
      const ended = !program.running()
      if (!ended && performance.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, 20))
        continue
      }
      await program.stop()
      const said = `${await program.ended}\n${await serverLog(data)}`
      if (again && said.includes('could not bind')) return null
      throw new SiteError(`PostgreSQL did not start: ${lastLines(said)}`, { cause: error })
    }
  }
}

async function serverLog(data: string): Promise<string> {
  try {
    return await readFile(join(data, 'log', 'server.log'), 'utf8')
  } catch {
    return '' // It ended before it had a log.
  }
}
