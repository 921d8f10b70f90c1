/**
 * Checks whether the adapter's traffic goes through the links. A client that bypasses them, for instance by an address that the
 * system advertises, meets no faults, so a judgement of such a run would be worthless. Only messages that the witness found or
 * that were delivered count as evidence; checks judge what an adapter merely reports.
 */
import type { Role } from '../adapter.ts'
import { SiteError } from '../errors.ts'
import type { Event } from '../events/kinds.ts'
import type { Direction } from '../faults.ts'

/** Roles over which messages are stored. */
export type ProducingRole = Exclude<Role, 'consume'>

export interface Evidence {
  /** Takes every event, the witness's too, in whatever order they come. */
  step(event: Event): void
  /** Something went through the role's links. */
  flowed(role: Role, direction: Direction): void
  /** A link whose requests can be read saw one for this message. */
  requested(role: ProducingRole, op: string): void
  /** Throws {@link SiteError}, naming what got past, once the run is over. `read` are the roles whose requests were read. */
  conclude(read: readonly ProducingRole[]): void
}

/** By how much clocks of two processes may differ on what happens at the same time, ms. */
const SKEW = 1

export function createEvidence(now: () => number): Evidence {
  const flows = new Map<string, number[]>()
  const requests = new Map<string, number>()
  const published = new Map<string, number>()
  const acknowledged = new Set<string>()
  const stored = new Set<string>()
  const delivered: { op: string; at: number }[] = []
  const firstDelivered = new Map<string, number>()
  const firstFailed = new Map<string, number>()
  const letters = new Map<string, { count: number; at: number }>()

  const hasFlowed = (role: Role, direction: Direction, from: number, to: number): boolean => {
    const first = firstAtOrAfter(flows.get(`${role} ${direction}`) ?? [], from - SKEW)
    return first !== undefined && first <= to + SKEW
  }
  const keepFirst = (map: Map<string, number>, op: string, at: number): void =>
    void map.set(op, Math.min(map.get(op) ?? Number.POSITIVE_INFINITY, at))

  /** It is in the system, so it has come there. */
  const wentUp = (op: string, read: boolean): boolean => {
    if (!stored.has(op) && !firstDelivered.has(op)) return true
    if (read) return requests.has(`publish ${op}`)
    return hasFlowed('publish', 'up', published.get(op) ?? 0, firstDelivered.get(op) ?? Number.POSITIVE_INFINITY)
  }

  return {
    step(event) {
      switch (event.type) {
        case 'publish':
        case 'write':
          return void published.set(event.op, event.at)
        case 'written':
          if (event.event === 'acknowledged') acknowledged.add(event.op)
          return
        case 'published':
        case 'settled':
          if (event.status === 'acknowledged') acknowledged.add(event.op)
          return
        case 'stored':
          if (event.op !== null) stored.add(event.op)
          return
        case 'deliver':
          if (event.op === null) return
          delivered.push({ op: event.op, at: event.at })
          return keepFirst(firstDelivered, event.op, event.at)
        case 'handled':
          if (event.op !== null && event.outcome !== 'ok') keepFirst(firstFailed, event.op, event.at)
          return
        case 'dead-letter': {
          if (event.op === null) return
          const before = letters.get(event.op)
          letters.set(event.op, { count: (before?.count ?? 0) + 1, at: before?.at ?? event.at })
        }
      }
    },
    flowed(role, direction) {
      const way = `${role} ${direction}`
      const times = flows.get(way)
      if (times === undefined) flows.set(way, [now()])
      else times.push(now())
    },
    requested: (role, op) => void requests.set(`${role} ${op}`, (requests.get(`${role} ${op}`) ?? 0) + 1),
    conclude(read) {
      for (const op of acknowledged) {
        if (!wentUp(op, read.includes('publish')))
          throw past('publish', `${op} was stored, but no request for it passed the link`)
      }
      for (const { op, at } of delivered) {
        if (!hasFlowed('consume', 'down', published.get(op) ?? 0, at))
          throw past('consume', `${op} was published and delivered, but no data passed the link meanwhile`)
      }
      for (const [op, { count, at }] of letters) {
        const failed = firstFailed.get(op)
        // A group without a handler for it needs no failure.
        const from = failed !== undefined && failed <= at ? failed : (published.get(op) ?? 0)
        const through = read.includes('dead-letter')
          ? (requests.get(`dead-letter ${op}`) ?? 0) >= count
          : hasFlowed('dead-letter', 'up', from, at)
        if (!through)
          throw past('dead-letter', `a dead letter of ${op} was stored, but no request for it passed the link`)
      }
    },
  }
}

const past = (role: Role, what: string): SiteError =>
  new SiteError(
    `the adapter's traffic goes past the ${role} link, so no fault can reach it: ${what}. Give each role its own connections, ` +
      "only to the site's addresses, and map the addresses that the system advertises with site.route.",
  )

/** Of ascending times the first that is not before `from`. */
function firstAtOrAfter(times: readonly number[], from: number): number | undefined {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? 0) < from) low = middle + 1
    else high = middle
  }
  return times[low]
}
