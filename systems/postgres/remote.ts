/**
 * A server that runs already: BUSPROOF_REMOTE_POSTGRES names it, with a user that may make roles and schemas. Nothing of it is
 * started, stopped or configured. A run has a role and a schema of its own, as on a server of ours, and nothing else is
 * touched. Connections are plaintext.
 */
import { SiteError } from '../../harness/errors.ts'
import type { RunningSystem, System } from '../../harness/system-contract.ts'
import { remoteAddress, VARIABLE } from './address.ts'
import { type Admin, type AdminAddress, connectTo } from './admin.ts'
import { prepareRun } from './run.ts'
import { lacks } from './settings.ts'
import { sweep } from './sweep.ts'

/** A shorter one may be an ordinary word, which would be found everywhere. */
const SHORTEST_SECRET = 10

export const remote: System = {
  contract: 2,
  name: 'postgres',
  lacks,
  concurrent: true,
  sizes: [],
  sweep,
  async missing() {
    remoteAddress()
    return null
  },
  async identify() {
    const admin = await connected(remoteAddress())
    try {
      return await identityAt(admin)
    } finally {
      await admin.end()
    }
  },
  async start(): Promise<RunningSystem> {
    const address = remoteAddress()
    const { host, port, user, database, password } = address
    const admin = await connected(address)
    const secrets = password.length < SHORTEST_SECRET ? {} : { [VARIABLE]: password }
    return {
      version: `PostgreSQL ${await versionAt(admin)}, running already`,
      canWitness: (witness) => witness['stored'] !== undefined,
      endpoint: () => ({ host, port }),
      sweptBy: { host, port: String(port), user, database, passwordFrom: VARIABLE },
      async prepare(run) {
        return { ...(await prepareRun(admin, run, database)), secrets }
      },
      [Symbol.asyncDispose]: () => admin.end(),
    }
  },
}

async function connected(address: AdminAddress): Promise<Admin> {
  try {
    return await connectTo(address)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new SiteError(`${VARIABLE}: no session on ${address.host}:${address.port} for ${address.user}: ${message}`)
  }
}

/** Rejects, and ends the session, when the user cannot do what a run needs. */
async function versionAt(admin: Admin): Promise<string> {
  try {
    const [row] = await admin.query<{ version: string; able: boolean }>(`
      select current_setting('server_version') as version, rolsuper
        or (rolcreaterole and has_database_privilege(current_database(), 'create')) as able
      from pg_roles where rolname = current_user`)
    if (row?.able !== true) {
      throw new SiteError(
        `the user of ${VARIABLE} must be able to create roles, and schemas in that database: grant it CREATEROLE and CREATE`,
      )
    }
    return row.version
  } catch (error) {
    await admin.end()
    throw error
  }
}

/**
 * The identifier is drawn by initdb, and copies of the cluster keep it, also a staging database that was restored from another one: so
 * the database's name is part of it.
 */
async function identityAt(admin: Admin): Promise<string | null> {
  const [row] = await admin.query<{ id: string }>(
    "select system_identifier::text || '/' || current_database() as id from pg_control_system()",
  )
  return row?.id ?? null
}
