/** PostgreSQL refuses to run as root: it is then started as a user that may do nothing. */
import { readFile } from 'node:fs/promises'
import { SiteError } from '../../harness/errors.ts'

export interface User {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

const CANDIDATES = ['postgres', 'nobody']

/** Null when this process's own user will do. Rejects, with one sentence, when root finds no other user. */
export async function serverUser(): Promise<User | null> {
  if (process.getuid?.() !== 0) return null
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  for (const name of CANDIDATES) {
    const fields = users.find((user) => user[0] === name)
    const [uid, gid] = [Number(fields?.[2]), Number(fields?.[3])]
    if (Number.isInteger(uid) && Number.isInteger(gid) && uid > 0) return { name, uid, gid }
  }
  throw new SiteError(
    `PostgreSQL does not run as root, and there is no user ${CANDIDATES.join(' or ')} to run it as: run \`useradd postgres\`.`,
  )
}
