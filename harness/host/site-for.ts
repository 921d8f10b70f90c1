/** The site that an adapter is opened with. */
import type { Role, Site, Wire } from '../adapter.ts'
import type { NodeConfig } from './host.ts'
import { route } from './route.ts'

export function siteFor(
  config: NodeConfig,
  {
    dial,
    observe,
  }: { readonly dial: (role: Role, config: NodeConfig) => Promise<Wire>; readonly observe: Site['observe'] },
): Site {
  return {
    prefix: config.prefix,
    node: config.node,
    claims: config.claims,
    credentials: config.credentials,
    address: (role) => addressesOf(config, role)[0],
    addresses: (role) => addressesOf(config, role),
    route: (role, address) => route(role, address, config.addresses[role]),
    dial: (role) => dial(role, config),
    observe,
  }
}

type Address = ReturnType<Site['address']>

function addressesOf(config: NodeConfig, role: Role): readonly [Address, ...Address[]] {
  const [first, ...rest] = (config.addresses[role] ?? []).map(({ host, port }) => ({ host, port }))
  if (first === undefined) throw new Error('this site has no sockets: use dial(role), which works on every site')
  return [first, ...rest]
}
