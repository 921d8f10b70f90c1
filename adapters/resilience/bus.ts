/** A whole bus from two things that an adapter knows: how to send one message, and how to be a member of a group. */
import type { Bus, BusStats, Site, Subscription } from '../../harness/adapter.ts'
import { CODES, ResilienceError, toBusError } from './errors.ts'
import { type Component, createHealth } from './health.ts'
import { type LogConsumer, type MemberLog, once, startLogConsumer } from './log-consumer.ts'
import { type Policies, standardPolicies } from './policies.ts'
import { createPublisher } from './publisher.ts'
import { createRedrive, type ReadLetters } from './redrive.ts'
import type { Send } from './send.ts'
import { createTally } from './tally.ts'
import { createWriter, type StoreRow } from './writer.ts'

export interface ResilientBusParts {
  readonly send: Send
  readonly member: (subscription: Subscription) => MemberLog
  /** Where the bus can redrive: reads all dead letters of a topic. */
  readonly letters?: ReadLetters
  /** What its health depends on; used if health is claimed. */
  readonly components?: readonly Component[]
  /** Closes connections; called once, after publishes and consumers have ended. */
  readonly disconnect: () => Promise<void>
  readonly policies?: Policies
  /** Stores a row with its event; if present, the bus has `write`. */
  readonly store?: StoreRow
  /** The pool that publishes borrow from, if there is one; the bus then has `stats`. */
  readonly stats?: () => Pick<BusStats, 'connections' | 'producers'>
}

export function createResilientBus(site: Site, parts: ResilientBusParts): Bus {
  const policies = parts.policies ?? standardPolicies
  const underWay = createUnderWay(site)
  const publisher = createPublisher(underWay.site, parts.send, policies)
  const consumers = new Set<LogConsumer>()
  let closed = false
  const { stats } = parts
  const tally = stats === undefined ? null : createTally(publisher.publish)
  const publish = underWay.followed(tally?.publish ?? publisher.publish)
  const { health: claim } = site.claims
  const { components = [] } = parts
  const health = claim === undefined ? null : createHealth({ claim, components, isOpen: publisher.isOpen })
  const writer = parts.store === undefined ? null : createWriter(site, parts.store)
  return {
    publish,
    publishBatch: (batch) =>
      Promise.all(
        batch.map(({ message, op }) =>
          publish(message, { op }).catch((thrown) => ({ status: 'failed' as const, error: toBusError(thrown) })),
        ),
      ),
    flush: underWay.ended,
    ...(stats === undefined || tally === null ? {} : { stats: async () => ({ ...stats(), ...tally.counts() }) }),
    ...(publisher.breaker === undefined ? {} : { breaker: publisher.breaker }),
    ...(parts.letters === undefined ? {} : { redrive: createRedrive(parts.letters, publisher.publishNow) }),
    ...(writer === null ? {} : { write: writer.write }),
    ...(health === null ? {} : { health: health.check }),
    async subscribe(subscription, handle) {
      if (closed) throw new ResilienceError(CODES.closed, 'the bus is closed', { effect: 'none', retryable: false })
      const consumer = startLogConsumer({ site, subscription, handle, log: parts.member(subscription), policies })
      consumers.add(consumer)
      await consumer.ready
      return {
        close: async () => {
          await consumer.close()
          consumers.delete(consumer)
        },
      }
    },
    close: once(async () => {
      closed = true
      health?.close()
      await Promise.all([publisher.close(), writer?.close(), ...[...consumers].map((consumer) => consumer.close())])
      await parts.disconnect()
    }),
  }
}

/** Tracks pending publishes, including queued ones, so that a flush can wait for them. */
function createUnderWay(site: Site) {
  /** By op, what to call once it has settled. */
  const waiting = new Map<string, (() => void)[]>()
  const end = (op: string): void => {
    for (const resolve of waiting.get(op) ?? []) resolve()
    waiting.delete(op)
  }
  const followed =
    (publish: Bus['publish']): Bus['publish'] =>
    async (message, options) => {
      waiting.set(options.op, [])
      let isQueued = false
      try {
        const receipt = await publish(message, options)
        isQueued = receipt.status === 'queued'
        return receipt
      } finally {
        if (!isQueued) end(options.op)
      }
    }
  return {
    /** Its observations report the outcome of queued publishes. */
    site: {
      ...site,
      observe(observation) {
        site.observe(observation)
        if (observation.type === 'settled') end(observation.op)
      },
    } satisfies Site,
    followed,
    ended: async () =>
      void (await Promise.all([...waiting.values()].map((all) => new Promise<void>((resolve) => all.push(resolve))))),
  }
}
