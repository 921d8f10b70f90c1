/** The guard of systems that run already: what is not on this machine is used only where somebody has said so. */
import { UsageError } from '../harness/errors.ts'
import type { Endpoint } from '../harness/system-contract.ts'

const ALLOW = 'BUSPROOF_REMOTE_ALLOW'

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host)

/** Throws {@link UsageError} for a host that is neither on loopback nor named by BUSPROOF_REMOTE_ALLOW. */
export function assertAllowed(source: string, endpoints: readonly Pick<Endpoint, 'host'>[]): void {
  const allowed = new Set(
    (process.env[ALLOW] ?? '')
      .split(',')
      .map((host) => host.trim().toLowerCase())
      .filter((host) => host !== ''),
  )
  const foreign = endpoints.find(({ host }) => !isLoopback(host) && !allowed.has(host.toLowerCase()))
  if (foreign === undefined) return
  throw new UsageError(
    `${source} leads to ${foreign.host}, which is not this machine: runs put load on it, although faults stay on busproof's ` +
      `own links. To allow it, add ${foreign.host} to ${ALLOW}, a comma-separated list of hosts, or to target.allow of a chaos file.`,
  )
}
