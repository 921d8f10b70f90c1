/** Maps the addresses that a system advertises to the links. */
import type { Role } from '../adapter.ts'
import type { LinkAddress } from './host.ts'

type Address = Pick<LinkAddress, 'host' | 'port'>

/** Names of hosts do not heed case. */
const same = (one: Address, other: Address | undefined): boolean =>
  one.port === other?.port && one.host.toLowerCase() === other.host.toLowerCase()

/** What `Site.route` says; `links` are those of the role, undefined on a site without sockets. */
export function route(role: Role, address: Address, links: readonly LinkAddress[] | undefined): Address {
  if (links === undefined || links.some((link) => same(address, link))) return address
  const link = links.find(({ insteadOf }) => same(address, insteadOf))
  if (link !== undefined) return { host: link.host, port: link.port }
  throw new Error(
    `no ${role} link leads to ${address.host}:${address.port}, so traffic to it would bypass the faults: ` +
      'a site knows only the addresses that its system advertised when it started',
  )
}
