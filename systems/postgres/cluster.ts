/** One PostgreSQL server: made, started, stopped. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PassingError, SiteError } from '../../harness/errors.ts'
import { freePort, LOOPBACK } from '../../harness/process/loopback.ts'
import { type Program, startProgram } from '../../harness/process/program.ts'
import { type Admin, whenAnswering } from './admin.ts'
import { type Binaries, provideBinaries, reachableByOthers } from './binaries.ts'
import { asArguments, INITDB, lastLines, SETTINGS } from './settings.ts'
import { serverUser, type User } from './user.ts'

export interface Cluster extends AsyncDisposable {
  readonly admin: Admin
  readonly port: number
}

/** On top of {@link SETTINGS}: what it says goes to a file, which outlives it. */
const NATIVE = {
  ...SETTINGS,
  listen_addresses: LOOPBACK,
  unix_socket_directories: '',
  logging_collector: 'on',
  log_directory: 'log',
  log_filename: 'server.log',
}

const START_WITHIN = 60_000
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
    const args = ['-D', data, '-p', String(port), ...asArguments(NATIVE)]
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
        `make ${dirname(folder)} and its parents accessible (chmod o+x), or set TMPDIR to an accessible folder.`,
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
  const more = [...INITDB, '--no-data-checksums', '--no-instructions']
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

/** Null when its port was taken and `again` allows another try; otherwise rejects when it does not answer. */
async function answering(
  program: Program,
  { port, password, data }: { readonly port: number; readonly password: string; readonly data: string },
  again: boolean,
): Promise<Admin | null> {
  try {
    return await whenAnswering({ port, password, within: START_WITHIN, running: async () => program.running() })
  } catch (error) {
    await program.stop()
    const said = `${await program.ended}\n${await serverLog(data)}`
    if (again && said.includes('could not bind')) return null
    throw new PassingError(`PostgreSQL did not start: ${lastLines(said)}`, { cause: error })
  }
}

async function serverLog(data: string): Promise<string> {
  try {
    return await readFile(join(data, 'log', 'server.log'), 'utf8')
  } catch {
    return '' // It ended before it had a log.
  }
}
