/**
 * Whether the adapter's traffic goes through the links. A client that walks past them, for instance to an address that the
 * system gave out, meets no fault: whatever is judged of such a run would be worth nothing.
 */
import type { Role } from '../../adapter.ts'
import { SiteError } from '../../certify-options.ts'
import type { Event } from '../../history/event.ts'
import type { PlannedFault } from '../../plan/plan.ts'

export interface Evidence {
  /** Takes every event, in whatever order they come. */
  step(event: Event): void
  /** A link whose requests can be read saw one for this message. */
  requested(op: string): void
  /** A fault took effect; the function that is returned says that it is about to end. */
  struck(fault: Pick<PlannedFault, 'kind' | 'role'>): () => void
  /**
   * Throws {@link SiteError}, naming what got past, once the run is over. `carried` are the bytes that each role's links
   * carried in this run; `read` are the roles whose requests were read.
   */
  conclude(end: { readonly carried: Readonly<Record<Role, number>>; readonly read: readonly Role[] }): void
}

/** From `from` to `to` nothing that was asked for in between can have been answered through the role's links. */
interface Blocked {
  readonly role: Role
  readonly from: number
  to: number
}

/** A request that was under way may still be answered from a socket's buffer, ms. */
const SETTLING = 20

const blocks = ({ kind, role }: Pick<PlannedFault, 'kind' | 'role'>): boolean =>
  // A fetch that waits at the system may still be answered through a black hole that swallows requests.
  kind === 'refuse' || (kind === 'black-hole' && role === 'publish')

export function createEvidence(now: () => number): Evidence {
  const blocked: Blocked[] = []
  const published = new Map<string, number>()
  const acknowledged = new Map<string, number>()
  const delivered: { op: string; at: number }[] = []
  const lastHandled = new Map<string, number>()
  const deadLettered: { place: string; op: string | null; handledAt: number; at: number }[] = []
  const opAt = new Map<string, string | null>()
  const seen = new Set<string>()

  /** Asked for, and done, while nothing could get through. */
  const wasBlocked = (role: Role, asked: number, done: number): boolean =>
    blocked.some((span) => span.role === role && asked > span.from + SETTLING && done < span.to)

  const past = (role: Role, what: string): SiteError =>
    new SiteError(
      `the adapter's traffic goes past the ${role} link, so no fault can reach it: ${what}. ` +
        "Let it connect to the site's addresses only, and map those that the system gives out with site.route.",
    )

  return {
    step(event) {
      switch (event.type) {
        case 'publish':
          return void published.set(event.op, event.at)
        case 'published':
          if (event.status === 'acknowledged') acknowledged.set(event.op, event.at)
          return
        case 'deliver': {
          if (event.op !== null) delivered.push({ op: event.op, at: event.at })
          if (event.position !== undefined) opAt.set(placeOf(event.group, event.position), event.op)
          return
        }
        case 'handled':
          return void lastHandled.set(`${event.group} ${event.op}`, event.at)
        case 'dead-lettered': {
          const place = placeOf(event.group, event.position)
          const op = opAt.get(place) ?? null
          const handledAt = lastHandled.get(`${event.group} ${op}`)
          if (handledAt !== undefined) deadLettered.push({ place, op, handledAt, at: event.at })
        }
      }
    },
    requested: (op) => void seen.add(op),
    struck(fault) {
      if (!blocks(fault)) return () => undefined
      const span: Blocked = { role: fault.role, from: now(), to: Number.POSITIVE_INFINITY }
      blocked.push(span)
      return () => {
        span.to = now()
      }
    },
    conclude({ carried, read }) {
      const [first] = acknowledged.keys()
      if (first !== undefined && carried.publish === 0)
        throw past('publish', `${first} was acknowledged without a byte`)
      const [reached] = delivered
      if (reached !== undefined && carried.consume === 0)
        throw past('consume', `${reached.op} was delivered without a byte`)
      for (const [op, at] of acknowledged) {
        if (read.includes('publish') && !seen.has(op))
          throw past('publish', `${op} was acknowledged, and no request for it was sent through the link`)
        if (wasBlocked('publish', published.get(op) ?? 0, at))
          throw past('publish', `${op} was published and acknowledged while the link let nothing through`)
      }
      for (const { op, at } of delivered) {
        if (wasBlocked('consume', published.get(op) ?? 0, at))
          throw past('consume', `${op} was published and delivered while the link let nothing through`)
      }
      for (const { op, place, handledAt, at } of deadLettered) {
        if (wasBlocked('deadletter', handledAt, at))
          throw past('deadletter', `the dead letter of ${op ?? place} was taken while the link let nothing through`)
      }
    },
  }
}

const placeOf = (group: string, { topic, partition, offset }: { topic: string; partition: number; offset: number }) =>
  `${group} ${topic}/${partition}@${offset}`
