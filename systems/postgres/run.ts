/** What one run has on the server: a role with a secret, and a schema that it owns. */
import { randomBytes } from 'node:crypto'
import type { PreparedRun, RunningSystem, TopicSpec } from '../../harness/system-contract.ts'
import { type Admin, DATABASE, identifier, literal, named } from './admin.ts'
import { createWitness } from './witness.ts'

type RunRequest = Parameters<RunningSystem['prepare']>[0]

const TERMINATE_WITHIN = 5_000

/** `database` is the one that `admin` is connected to. */
export async function prepareRun(
  admin: Admin,
  { prefix, topics, witness }: RunRequest,
  database = DATABASE,
): Promise<PreparedRun> {
  const name = nameFrom(prefix)
  const password = randomBytes(18).toString('base64url')
  const made: PreparedRun = {
    credentials: { user: name, password, database },
    witness: createWitness(admin, name, witness),
    [Symbol.asyncDispose]: () => remove(admin, name),
  }
  try {
    await admin.query(`
      create role ${identifier(name)} login password ${literal(password)};
      -- Without superuser rights, the rest requires membership.
      grant ${identifier(name)} to current_user;
      create schema ${identifier(name)} authorization ${identifier(name)};
      alter role ${identifier(name)} set search_path to ${identifier(name)};
    `)
    await bootstrap(admin, name, topics, witness)
    return made
  } catch (error) {
    // Where it cannot be removed either, why it could not be made says more.
    await remove(admin, name).catch(() => undefined)
    throw error
  }
}

/** The prefix as far as it fits, and something that no other run has. */
const nameFrom = (prefix: string): string => `${beginningOf(prefix)}${randomBytes(4).toString('hex')}`

/** How the names of roles and schemas begin that were made for runs whose prefix begins so. */
export function beginningOf(prefix: string): string {
  const readable = prefix
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 40)
  return `run_${readable}_`
}

/** The adapter's own tables and topics, owned by the run's role as if it had made them. */
async function bootstrap(
  admin: Admin,
  name: string,
  topics: readonly TopicSpec[],
  witness: Readonly<Record<string, string>>,
): Promise<void> {
  await admin.transaction(async (query) => {
    await query(`set local role ${identifier(name)}; set local search_path to ${identifier(name)}`)
    const tables = witness['bootstrap']
    if (tables !== undefined) await named('bootstrap', () => query(tables))
    const { topic: insert, refuse } = witness
    for (const { name: topic, partitions, deadLetter, refused } of topics) {
      if (refused === true && refuse !== undefined) await named('refuse', () => query(refuse, [topic]))
      else if (insert !== undefined) await named('topic', () => query(insert, [topic, partitions, deadLetter]))
    }
  })
}

/** Ends the sessions of this role alone, and drops what it owns. */
export async function remove(admin: Admin, name: string): Promise<void> {
  const known = await admin.query('select 1 from pg_roles where rolname = $1', [name])
  if (known.length === 0) return
  await admin.query(`alter role ${identifier(name)} nologin`)
  await admin.query('select pg_terminate_backend(pid, $2) from pg_stat_activity where usename = $1', [
    name,
    TERMINATE_WITHIN,
  ])
  await admin.query(`drop schema if exists ${identifier(name)} cascade`)
  await admin.query(`drop owned by ${identifier(name)} cascade`)
  await admin.query(`drop role ${identifier(name)}`)
}
