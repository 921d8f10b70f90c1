/**
 * The breaker of each subscription, by its claim and by what handlers did: nobody reports it. A subscription is a group on one topic of
 * one node's bus. It judges nothing.
 */
import type { RunHeader } from '../../history/header.ts'
import type { Event } from '../event.ts'
import type { Delivered, Deliveries } from './deliveries.ts'
import type { Groups } from './groups.ts'
import { join, type Moment } from './moment.ts'
import { earliest } from './timing.ts'

export interface Subscription {
  readonly node: string
  readonly group: string
  readonly topic: string
  /** While its breaker is open or half-open. */
  open: OpenPeriod | null
  readonly periods: OpenPeriod[]
  /** Failures that left the breaker closed and probes that closed it, while nothing else was in hand. */
  readonly leftClosed: LeftClosed[]
  /** Successes after failures that had not opened it. */
  restarts: number
}

/** From the failure that opened a breaker until a probe decides. */
export interface OpenPeriod extends Moment {
  readonly subscription: Subscription
  /** The call that failed. */
  readonly opener: Delivered
  /** How many had failed in a row. */
  readonly failures: number
  /** The end of the reset time, ms. */
  readonly until: number
  /** Other calls that were in hand when it opened. */
  readonly inHand: readonly Delivered[]
  /** Calls before the reset time was over. */
  readonly early: Delivered[]
  probe: Delivered | null
  /** Calls while the probe was in hand. */
  readonly beside: Delivered[]
  ended: (Moment & { readonly closed: boolean }) | null
}

export interface LeftClosed {
  readonly call: Delivered
  /** How many had failed in a row; 0 for a probe that succeeded. */
  readonly failures: number
  /** The next call of the subscription. */
  next: Delivered | null
}

export interface Subscriptions {
  readonly takes: readonly Event['type'][]
  step(event: Event, moment: Moment): void
  all(): Iterable<Subscription>
  /** Those of the node whose breaker is open at `at` ms, their reset time not yet over. */
  resting(node: string, at: number): readonly OpenPeriod[]
  /** The open period of the subscription, if its breaker is not closed now. */
  open(node: string, group: string, topic: string): OpenPeriod | null
  /** Whether its breaker was open or half-open at some moment of `[from, to]`, ms. */
  wasOpen(delivered: Delivered, from: number, to: number): boolean
  /** When the breaker opened that kept it back until its handler was called; that call itself if none did, ms. */
  heldFrom(delivered: Delivered): number
}

interface Known extends Subscription {
  failures: number
  readonly inHand: Set<Delivered>
  /** Calls that began since the breaker last closed: others count no more. */
  readonly counting: Set<Delivered>
}

export function createSubscriptions(run: RunHeader, deliveries: Deliveries, groups: Groups): Subscriptions {
  const claim = run.claims.subscriberBreaker
  const known = new Map<string, Known>()
  const notClosed = new Set<OpenPeriod>()
  const keyOf = (of: Pick<Subscription, 'node' | 'group' | 'topic'>): string => join(of.node, of.group, of.topic)
  const subscriptionOf = ({ node, group, topic }: Delivered): Known => {
    const found = known.get(keyOf({ node, group, topic })) ?? {
      ...{ node, group, topic, open: null, periods: [], leftClosed: [], restarts: 0 },
      ...{ failures: 0, inHand: new Set(), counting: new Set() },
    }
    known.set(keyOf(found), found)
    return found
  }

  const began = (of: Known, delivered: Delivered): void => {
    of.inHand.add(delivered)
    const last = of.leftClosed.at(-1)
    if (last !== undefined) last.next ??= delivered
    const { open } = of
    if (open === null) of.counting.add(delivered)
    else if (open.probe === null && delivered.began.at < open.at + earliest(run, open.until - open.at))
      open.early.push(delivered)
    else if (open.probe === null || groups.consumer(open.probe.consumer)?.left != null) open.probe = delivered
    else open.beside.push(delivered)
  }

  const ended = (of: Known, delivered: Delivered, moment: Moment, reset: number, most: number): void => {
    of.inHand.delete(delivered)
    const isOk = delivered.handled?.outcome === 'ok'
    if (of.open === null ? !of.counting.delete(delivered) : delivered !== of.open.probe) return
    const { open } = of
    if (open !== null) {
      open.ended = { ...moment, closed: isOk }
      notClosed.delete(open)
      of.open = null
    } else if (isOk && of.failures > 0) of.restarts += 1
    of.failures = isOk ? 0 : of.failures + 1
    // A probe that fails is one more in the row that opened it.
    if (of.failures < most) {
      const isNews = open !== null || !isOk
      if (isNews && of.inHand.size === 0) of.leftClosed.push({ call: delivered, failures: of.failures, next: null })
      return
    }
    of.counting.clear()
    of.open = {
      ...moment,
      subscription: of,
      opener: delivered,
      failures: of.failures,
      until: moment.at + reset,
      inHand: [...of.inHand],
      ...{ early: [], probe: null, beside: [], ended: null },
    }
    of.periods.push(of.open)
    notClosed.add(of.open)
  }

  return {
    takes: claim === undefined ? [] : ['deliver', 'handled'],
    step(event, moment) {
      if (claim === undefined || (event.type !== 'deliver' && event.type !== 'handled')) return
      const delivered = deliveries.get(event.delivery)
      if (delivered === undefined) return
      const of = subscriptionOf(delivered)
      if (event.type === 'deliver') began(of, delivered)
      else ended(of, delivered, moment, claim.reset, claim.failures)
    },
    all: () => known.values(),
    resting: (node, at) => [...notClosed].filter((one) => one.subscription.node === node && one.until > at),
    open: (node, group, topic) => known.get(keyOf({ node, group, topic }))?.open ?? null,
    wasOpen: (delivered, from, to) =>
      known
        .get(keyOf(delivered))
        ?.periods.some((one) => one.at <= to && (one.ended?.at ?? Number.POSITIVE_INFINITY) >= from) === true,
    heldFrom(delivered) {
      const { at, seq } = delivered.began
      const held = known
        .get(keyOf(delivered))
        ?.periods.find((one) => one.seq < seq && (one.ended?.seq ?? Number.POSITIVE_INFINITY) > seq)
      return held?.at ?? at
    },
  }
}
