/** The links of one lane: for each role one link to each server of the system, controlled together. */
import { ROLES, type Role } from '../../adapter.ts'
import type { Direction } from '../../faults.ts'
import type { LinkAddress } from '../../host/host.ts'
import { createRealLink, type RealLink } from '../../link/real-link.ts'
import { createRequestLog, type RequestLog } from '../../link/requests.ts'
import { watching } from '../../link/stream-fault.ts'
import type { ToxiproxyServer } from '../../link/toxiproxy.ts'
import type { Advertise, Endpoint, RunningSystem } from '../../system-contract.ts'
import type { WatchableLink } from '../watched-links.ts'

export interface RoleLink extends WatchableLink {
  /** Where clients of the role connect, a link for each node. */
  readonly addresses: readonly LinkAddress[]
  /** As {@link RealLink.check}, of each of its links. */
  check(): Promise<void>
}

export interface RoleLinks extends AsyncDisposable {
  /** For a system that asks for its links before it starts. */
  readonly advertise: Advertise
  /** Makes the links that the system has not asked for; call it once the system runs. */
  complete(system: RunningSystem): Promise<Readonly<Record<Role, RoleLink>>>
  /** Creates each link again, on the same address, with this Toxiproxy; then call {@link RoleLinks.complete}. */
  again(toxiproxy: ToxiproxyServer | null): Promise<void>
}

interface NodeLink extends RealLink {
  readonly address: LinkAddress
  readonly target: Endpoint
}

/** `linked`: false for a bus that crosses no network, whose roles have no link at all. */
export function createRoleLinks(first: ToxiproxyServer | null, linked = true): RoleLinks {
  let toxiproxy = first
  const links = new Map<Role, NodeLink[]>(ROLES.map((role) => [role, []]))
  const make = async (role: Role, target: Endpoint, insteadOf?: Endpoint, at?: Endpoint): Promise<NodeLink> => {
    const made = await createRealLink({ role, target, toxiproxy, at })
    const link = { ...made, target, address: insteadOf === undefined ? made.address : { ...made.address, insteadOf } }
    links.get(role)?.push(link)
    return link
  }
  const all = (): readonly NodeLink[] => [...links.values()].flat()
  const makeMissing = async (role: Role, { advertisedEndpoints, endpoint }: RunningSystem): Promise<void> => {
    if (links.get(role)?.length !== 0) return
    if (advertisedEndpoints === undefined) await make(role, endpoint(role))
    else for (const given of advertisedEndpoints) await make(role, given, given)
  }
  return {
    advertise: async (role, _node, target) => (await make(role, target)).address,
    async complete(system) {
      if (linked) for (const role of ROLES) await makeMissing(role, system)
      return Object.fromEntries(
        ROLES.map((role) => [role, together(role, links.get(role) ?? [], requestsOf(system))]),
      ) as Record<Role, RoleLink>
    },
    async again(given) {
      const gone = all()
      // What they cannot let go of is lost with the Toxiproxy that failed.
      await disposeAll(gone).catch(() => undefined)
      toxiproxy = given
      for (const made of links.values()) made.length = 0
      for (const { role, target, address } of gone) await make(role, target, address.insteadOf, address)
    },
    [Symbol.asyncDispose]: () => disposeAll(all()),
  }
}

const requestsOf = ({ requestReader }: RunningSystem): RequestLog | null =>
  requestReader === undefined ? null : createRequestLog(requestReader)

/** Each one even where another fails; the first failure is thrown at the end. */
async function disposeAll(links: readonly AsyncDisposable[]): Promise<void> {
  const ended = await Promise.allSettled(links.map((link) => link[Symbol.asyncDispose]()))
  for (const one of ended) if (one.status === 'rejected') throw one.reason
}

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
    check: async () => void (await Promise.all(links.map((link) => link.check()))),
    [Symbol.asyncDispose]: () => disposeAll(links),
  }
}
