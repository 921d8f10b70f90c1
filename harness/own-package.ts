/** The folder of this package, and what is installed next to it: versions for the certificate, scenarios, built-in adapters. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const require = createRequire(import.meta.url)

const versionIn = (path: string): string =>
  String((JSON.parse(readFileSync(path, 'utf8')) as { version: unknown }).version)

/** The nearest package.json above this file is busproof's own, in source and built alike. */
function ownFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      versionIn(join(folder, 'package.json'))
      return folder
    } catch {
      // Not in this folder; the next one up may have it.
    }
  }
  throw new Error('there is no package.json above the files of busproof')
}

const OWN_FOLDER = ownFolder()

/** The package's root, in source and built alike; ends with a slash. */
export const PACKAGE_ROOT = pathToFileURL(`${OWN_FOLDER}/`)
export const OWN_VERSION = versionIn(join(OWN_FOLDER, 'package.json'))

/** Null when the package is not installed here, or does not let its description be read. */
export function installedVersion(name: string): string | null {
  try {
    return versionIn(require.resolve(`${name}/package.json`))
  } catch {
    return null
  }
}
