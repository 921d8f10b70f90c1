/** Where to find a running server: BUSPROOF_REMOTE_POSTGRES. */
import { UsageError } from '../../harness/errors.ts'
import { assertAllowed } from '../remote-hosts.ts'
import type { AdminAddress } from './admin.ts'

export const VARIABLE = 'BUSPROOF_REMOTE_POSTGRES'

export const FORM = 'postgres://user:password@host:port/database'
const PORT = 5432
/** Node takes anything for the host of such a URL. */
const HOST = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])$/i

/**
 * Throws {@link UsageError} when the variable is not set, not of that form, or leads to a host that is not allowed; what it
 * says never quotes the variable, which has a password.
 */
export function remoteAddress(): AdminAddress {
  const named = process.env[VARIABLE]
  if (named === undefined || named.trim() === '') {
    throw new UsageError(`${VARIABLE} is not set: set it to the server's address, as ${FORM}.`)
  }
  const address = parseAddress(named.trim())
  if (typeof address === 'string') throw new UsageError(`${VARIABLE} ${address}: set it as ${FORM}.`)
  assertAllowed(VARIABLE, [address])
  return address
}

/** The address, or what is wrong with it, in words that can follow its name. */
export function parseAddress(text: string): AdminAddress | string {
  if (!URL.canParse(text)) return 'is no URL'
  const url = new URL(text)
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') return 'is no URL of PostgreSQL'
  if (url.search !== '' || url.hash !== '') return 'has more behind the database than can be followed'
  // Whatever stands before it may be of the password.
  if (url.pathname.includes('@')) return 'has an @ behind the host, which a password has as %40 and a slash as %2F'
  const parts = [url.username, url.password, url.pathname.slice(1)].map(decoded)
  const [user, password, database] = parts
  if (!HOST.test(url.hostname)) return 'names no host'
  if (user === undefined || user === '') return 'names no user'
  if (password === undefined || password === '') return 'has no password'
  if (database === undefined || database.includes('/')) return 'names no database'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return { host, port: url.port === '' ? PORT : Number(url.port), user, password, database: database || user }
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined // A percent sign that stands for nothing.
  }
}
