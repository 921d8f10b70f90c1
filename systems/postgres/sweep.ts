/** Removes what runs that were killed have left on a server that runs on. */
import { UsageError } from '../../harness/errors.ts'
import { assertAllowed } from '../remote-hosts.ts'
import { FORM, parseAddress, VARIABLE } from './address.ts'
import { type Admin, type AdminAddress, connectTo } from './admin.ts'
import { beginningOf, remove } from './run.ts'

/**
 * Removes the roles, their sessions and their schemas of runs whose prefix begins with one of these. The settings are
 * `host`, `port`, `user`, `database`, and `passwordFrom`, the name of the environment variable that has the password, in the
 * address of this server.
 */
export async function sweep(
  settings: Readonly<Record<string, string>>,
  prefixes: readonly string[],
): Promise<readonly string[]> {
  const { host = '127.0.0.1', port = '5432', user = 'postgres', database = 'postgres' } = settings
  assertAllowed('the lease', [{ host }])
  const variable = settings['passwordFrom'] ?? VARIABLE
  const password = passwordIn(process.env[variable] ?? '', { host, port: Number(port), user })
  if (password === null) {
    throw new UsageError(`set ${variable} to the address of ${user} at ${host}:${port}, as ${FORM}`)
  }
  const admin = await connectTo({ host, port: Number(port), user, database, password })
  try {
    return await removePrefixed(admin, prefixes)
  } finally {
    await admin.end()
  }
}

/** Null when it is not the address of this server: whatever else it is must not be sent there. */
function passwordIn(text: string, at: Pick<AdminAddress, 'host' | 'port' | 'user'>): string | null {
  const address = parseAddress(text.trim())
  if (typeof address === 'string') return null
  const isOther = address.host !== at.host || address.port !== at.port || address.user !== at.user
  return isOther ? null : address.password
}

/** Resolves with one sentence for each role. */
async function removePrefixed(admin: Admin, prefixes: readonly string[]): Promise<readonly string[]> {
  const roles = await admin.query<{ name: string }>(
    'select rolname as name from pg_roles where exists (select from unnest($1::text[]) as p where starts_with(rolname, p))',
    [prefixes.map(beginningOf)],
  )
  const removed: string[] = []
  for (const { name } of roles) {
    await remove(admin, name)
    removed.push(`removed the role ${name} and its schema from PostgreSQL`)
  }
  return removed
}
