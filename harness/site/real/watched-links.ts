/** The links of a lane during one run: what goes through them is evidence, and the publish requests on them are events. */
import { ROLES, type Role } from '../../adapter.ts'
import { type Event, OP_HEADER } from '../../history/event.ts'
import type { Link } from '../../link/link.ts'
import { createEvidence } from './evidence.ts'
import type { RoleLink } from './role-links.ts'

export interface WatchedLinks {
  readonly links: Readonly<Record<Role, Link>>
  /** Takes every event of the run. */
  step(event: Event): void
  /** Throws SiteError when the adapter's traffic went past the links, or their requests could not be read. */
  conclude(): void
}

const PRODUCING: readonly Role[] = ['publish', 'deadletter']

export function watchLinks(
  links: Readonly<Record<Role, RoleLink>>,
  { now, record }: { readonly now: () => number; readonly record: (event: Event) => void },
): WatchedLinks {
  const evidence = createEvidence(now)
  const before = carriedBy(links)
  const read = PRODUCING.filter((role) => links[role].requests !== null)
  for (const role of read) {
    links[role].requests?.listen(({ topic, headers }) => {
      const op = headers.find(([name]) => name === OP_HEADER)
      if (op === undefined) return
      const text = Buffer.from(op[1]).toString()
      if (role === 'publish') evidence.requested(text)
      record({ type: 'received', at: now(), op: text, topic })
    })
  }
  const watched = ROLES.map((role): [Role, Link] => [role, { ...links[role], apply: (fault) => strike(fault) }])
  const strike: Link['apply'] = async (fault) => {
    const active = await links[fault.role].apply(fault)
    const over = evidence.struck(fault)
    return {
      heal: async () => {
        over()
        return await active.heal()
      },
    }
  }
  return {
    links: Object.fromEntries(watched) as Readonly<Record<Role, Link>>,
    step: evidence.step,
    conclude() {
      for (const role of read) {
        links[role].requests?.listen(null)
        const failure = links[role].requests?.failure() ?? null
        if (failure !== null) throw failure
      }
      const after = carriedBy(links)
      const carried = Object.fromEntries(ROLES.map((role) => [role, after[role] - before[role]])) as typeof after
      evidence.conclude({ carried, read })
    },
  }
}

function carriedBy(links: Readonly<Record<Role, RoleLink>>): Record<Role, number> {
  const total = (role: Role): number => links[role].carried().up + links[role].carried().down
  return { publish: total('publish'), consume: total('consume'), deadletter: total('deadletter') }
}
