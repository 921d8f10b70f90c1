/** The site that an adapter is opened with. */
import { ROLES, type Role, type Site, type Wire } from '../adapter.ts'
import { settingsFor, withoutFigures } from '../claims/configuration-cases.ts'
import { UsageError } from '../errors.ts'
import type { NodeConfig } from './host.ts'
import { route } from './route.ts'

export function siteFor(
  config: NodeConfig,
  {
    dial,
    observe,
  }: { readonly dial: (role: Role, config: NodeConfig) => Promise<Wire>; readonly observe: Site['observe'] },
): Site {
  const settings = settingsFor(config.claims, `${config.plan.seed}/${config.node}`, config.plan.environment)
  return {
    prefix: config.prefix,
    node: config.node,
    claims: withoutFigures(config.claims),
    ...(settings === undefined ? {} : { settings }),
    credentials: config.credentials,
    address: (role) => addressesOf(config, known(role))[0],
    addresses: (role) => addressesOf(config, known(role)),
    route: (role, address) => route(role, address, config.addresses[known(role)]),
    dial: async (role) => await dial(known(role), config),
    observe,
  }
}

/** Adapters in JavaScript may name any. */
function known(role: Role): Role {
  if (ROLES.includes(role)) return role
  throw new UsageError(`the adapter asks for a link of the role '${role}': the roles are ${ROLES.join(', ')}`)
}

type Address = ReturnType<Site['address']>

function addressesOf(config: NodeConfig, role: Role): readonly [Address, ...Address[]] {
  const [first, ...rest] = (config.addresses[role] ?? []).map(({ host, port }) => ({ host, port }))
  if (first === undefined) throw new Error('this site has no sockets: use dial(role), which works on every site')
  return [first, ...rest]
}
