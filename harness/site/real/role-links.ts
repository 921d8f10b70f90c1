/** The links of one lane: for each role one link a node of the system, worked together. */
import { ROLES, type Role } from '../../adapter.ts'
import type { LinkAddress } from '../../host/host.ts'
import { createRealLink, type RealLink } from '../../link/real-link.ts'
import { createRequestLog, type RequestLog } from '../../link/requests.ts'
import { watching } from '../../link/tap-fault.ts'
import type { ToxiproxyServer } from '../../link/toxiproxy.ts'
import type { Direction } from '../../plan/plan.ts'
import type { Advertise, Endpoint, RunningSystem } from '../system.ts'
import type { WatchableLink } from '../watched-links.ts'

export interface RoleLink extends WatchableLink {
  /** Where clients of the role connect, a link for each node. */
  readonly addresses: readonly LinkAddress[]
}

export interface RoleLinks extends AsyncDisposable {
  /** For a system that asks for its links before it starts. */
  readonly advertise: Advertise
  /** Makes the links that the system has not asked for; call it once the system runs. */
  complete(system: RunningSystem): Promise<Readonly<Record<Role, RoleLink>>>
}

interface NodeLink extends RealLink {
  readonly address: LinkAddress
}

export function createRoleLinks(toxiproxy: ToxiproxyServer | null): RoleLinks {
  const links = new Map<Role, NodeLink[]>(ROLES.map((role) => [role, []]))
  const make = async (role: Role, target: Endpoint, insteadOf?: Endpoint): Promise<NodeLink> => {
    const made = await createRealLink({ role, target, toxiproxy })
    const link = { ...made, address: insteadOf === undefined ? made.address : { ...made.address, insteadOf } }
    links.get(role)?.push(link)
    return link
  }
  const makeMissing = async (role: Role, { gives, endpoint }: RunningSystem): Promise<void> => {
    if (links.get(role)?.length !== 0) return
    if (gives === undefined) await make(role, endpoint(role))
    else for (const given of gives) await make(role, given, given)
  }
  return {
    advertise: async (role, _node, target) => (await make(role, target)).address,
    async complete(system) {
      for (const role of ROLES) await makeMissing(role, system)
      return Object.fromEntries(
        ROLES.map((role) => [role, together(role, links.get(role) ?? [], requestsOf(system))]),
      ) as Record<Role, RoleLink>
    },
    async [Symbol.asyncDispose]() {
      for (const made of links.values()) for (const link of made) await link[Symbol.asyncDispose]()
    },
  }
}

const requestsOf = ({ requestReader }: RunningSystem): RequestLog | null =>
  requestReader === undefined ? null : createRequestLog(requestReader)

/** A fault on a role strikes each of its links. */
function together(role: Role, links: readonly NodeLink[], requests: RequestLog | null): RoleLink {
  let listener: ((direction: Direction) => void) | null = null
  for (const link of links) {
    if (requests !== null) link.watch('up', requests.watcher)
    for (const direction of ['up', 'down'] as const)
      link.watch(
        direction,
        watching(() => listener?.(direction)),
      )
  }
  return {
    role,
    requests,
    watch: (heard) => {
      listener = heard
    },
    addresses: links.map((link) => link.address),
    connections: () => links.reduce((sum, link) => sum + link.connections(), 0),
    async apply(fault) {
      const active = await Promise.all(links.map((link) => link.apply(fault)))
      return {
        async heal() {
          const landed = await Promise.all(active.map((one) => one.heal()))
          return {
            connections: landed.reduce((sum, one) => sum + one.connections, 0),
            bytes: landed.reduce((sum, one) => sum + one.bytes, 0),
          }
        },
      }
    },
    async [Symbol.asyncDispose]() {
      for (const link of links) await link[Symbol.asyncDispose]()
    },
  }
}
