/** Where Toxiproxy's server may be: a program that can be started, or one that runs already. */
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UsageError } from '../errors.ts'

const PROGRAM = 'toxiproxy-server'

export const TOXIPROXY_MISSING =
  'Toxiproxy is not here: set BUSPROOF_TOXIPROXY to the path of toxiproxy-server, or to the URL of one that runs; ' +
  '`go install github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0` builds it, and so does `npm run components` in a clone of busproof.'

async function executable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return true
  } catch {
    return false // Absent, or not ours to run: either way not it.
  }
}

/** From source and from the built files, the package's folder lies two or three levels up. */
const packageFolders = (): readonly string[] =>
  ['../..', '../../..'].map((up) => fileURLToPath(new URL(up, import.meta.url)))

export const isUrl = (found: string): boolean => /^https?:/i.test(found)

/** Where it listens and where it connects to are addresses on loopback, which must mean this machine to it too. */
function controlUrl(named: string): string {
  const url = URL.canParse(named) ? new URL(named) : null
  const bare = url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === ''
  if (url !== null && bare && url.pathname === '/' && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)) {
    return url.origin
  }
  throw new UsageError(
    'BUSPROOF_TOXIPROXY is a URL, and not that of a server on this machine: give it as http://127.0.0.1:8474.',
  )
}

/** Whether somebody says which server is to be used. */
export const isToxiproxyNamed = (): boolean => (process.env['BUSPROOF_TOXIPROXY'] ?? '') !== ''

/**
 * The path of the server: what BUSPROOF_TOXIPROXY names, else `toxiproxy-server` in PATH, else in `.components/bin` of the
 * working directory or of this package; null when it is in none of them. Where BUSPROOF_TOXIPROXY is a URL, the server runs
 * already, and the URL is returned. Rejects with {@link UsageError} when BUSPROOF_TOXIPROXY names nothing that can be run, or
 * a server elsewhere.
 */
export async function findToxiproxy(): Promise<string | null> {
  const named = process.env['BUSPROOF_TOXIPROXY'] ?? ''
  if (isToxiproxyNamed()) {
    if (isUrl(named)) return controlUrl(named)
    if (await executable(named)) return named
    throw new UsageError(
      // Unquoted: it may be a URL, mistyped, with a password in it.
      "BUSPROOF_TOXIPROXY names no file that can be run: set it to toxiproxy-server's path, or to a URL.",
    )
  }
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const components = [process.cwd(), ...packageFolders()].map((folder) => join(folder, '.components', 'bin'))
  for (const folder of [...path, ...components]) {
    const candidate = join(folder, PROGRAM)
    if (await executable(candidate)) return candidate
  }
  return null
}
