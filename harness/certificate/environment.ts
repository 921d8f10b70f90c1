/** Where and with what a certificate was made. */
import { platform, release } from 'node:os'
import { join, relative } from 'node:path'
import type { AdapterFacts } from '../load/adapter.ts'
import { installedVersion, OWN_VERSION } from '../own-package.ts'
import type { Certificate } from './certificate.ts'

export const environmentOf = (adapter: AdapterFacts, server: string): Certificate['environment'] => ({
  busproof: OWN_VERSION,
  node: process.version,
  client: clientOf(adapter),
  server,
  os: `${platform()} ${release()}`,
})

/** A module's path from here, so that a stored failure can be moved with the project; URLs of other kinds stay. */
export const portable = (module: string): string =>
  module.startsWith('file:') ? join('.', relative(process.cwd(), new URL(module).pathname)) : module

function clientOf({ client }: AdapterFacts): string | null {
  if (client === null) return null
  const version = installedVersion(client)
  return version === null ? client : `${client} ${version}`
}
