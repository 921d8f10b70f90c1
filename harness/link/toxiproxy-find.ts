/** Where Toxiproxy's server may be. */
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UsageError } from '../certify-options.ts'

const PROGRAM = 'toxiproxy-server'

export const TOXIPROXY_MISSING =
  'Toxiproxy is not here: `npm run components` builds it, or BUSPROOF_TOXIPROXY names the path of toxiproxy-server.'

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

/**
 * The path of the server: what BUSPROOF_TOXIPROXY names, else `toxiproxy-server` in PATH, else in `.components/bin` of the
 * working directory or of this package; null when it is in none of them. Rejects with {@link UsageError} when
 * BUSPROOF_TOXIPROXY names nothing that can be run.
 */
export async function findToxiproxy(): Promise<string | null> {
  const named = process.env['BUSPROOF_TOXIPROXY']
  if (named !== undefined && named !== '') {
    if (await executable(named)) return named
    throw new UsageError(
      `BUSPROOF_TOXIPROXY is "${named}", which is no file that can be run: set it to toxiproxy-server's path.`,
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
