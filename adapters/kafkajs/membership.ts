/** One member of a group: a consumer of kafkajs from its first join until it ends, fails or is not heard of any more. */
import type { Batch, ConsumerGroupJoinEvent, Consumer as KafkaConsumer } from 'kafkajs'
import type { Site, Subscription } from '../../harness/adapter.ts'
import {
  CODES,
  type OwnedPartition,
  type PartitionId,
  type ReceivedRecord,
  ResilienceError,
  wait,
} from '../resilience/index.ts'
import { createAssigner } from './assigner.ts'
import { createBell } from './bell.ts'
import { createKafka, METADATA_AGE, NO_RETRIES } from './client.ts'
import { classify } from './errors.ts'
import { createGate } from './gate.ts'
import { createHoldings } from './holdings.ts'
import { createSockets } from './sockets.ts'
import { createStarts } from './starts.ts'

export interface Membership {
  /** Resolves once it is a member whose partitions all have a position; rejects when it ended or the signal aborts. */
  ready(signal: AbortSignal): Promise<void>
  isOver(): boolean
  /** True once after the group had forgotten the member and taken it in again under another id. */
  takeForgotten(): boolean
  heardAt(): number
  owned(): readonly OwnedPartition[]
  enter(partition: PartitionId, signal: AbortSignal): Promise<(() => void) | null>
  fetch(partition: PartitionId, from: number, signal: AbortSignal): Promise<readonly ReceivedRecord[]>
  commit(partition: PartitionId, next: number): Promise<boolean>
  untilChanged(ms: number, signal: AbortSignal): Promise<void>
  /** Leaves the group, where that is possible soon, and gives all connections up. */
  end(): Promise<void>
}

/** How long an empty fetch waits at the broker, ms. */
const FETCH_WAIT = 100
const LEAVE_WITHIN = 1_000
/** Once its connections are gone, kafkajs may still be in a wait between two tries, ms. */
const GIVE_UP_WITHIN = 2_000
/** In addition to the session of a member that is gone, and the release of partitions by one that is not, ms. */
const JOIN_MARGIN = 1_000
const BYTES_A_PARTITION = 1_048_576

export function startMembership(site: Site, { group, topics, from }: Subscription): Membership {
  const { session } = site.claims.consume
  const bell = createBell()
  const gate = createGate(bell)
  const sockets = createSockets(site, 'consume')
  let over = false
  let failure: unknown = new Error('the member has left')
  let memberId: string | null = null
  let forgotten = false
  let heard = performance.now()
  let watch: NodeJS.Timeout | undefined

  /** It is still to take its leave. */
  const giveUp = (cause: unknown): void => {
    if (over) return
    over = true
    failure = cause
    clearTimeout(watch)
    gate.reopen()
  }
  const lose = (cause: unknown): void => {
    giveUp(cause)
    sockets.destroy()
  }

  // kafkajs calls the assigner while it makes the consumer, so this comes before.
  const starts = createStarts({ group, topics, from, commit: (places) => holdings.commitAll(places) })
  const requestTimeout = Math.max(site.claims.publish.timeout, session / 2)
  const consumer: KafkaConsumer = createKafka(site, { role: 'consume', sockets, requestTimeout }).consumer({
    groupId: group,
    partitionAssigners: [
      createAssigner({
        onCluster: (cluster) => {
          starts.use(cluster)
          gate.guard(cluster, session, giveUp)
        },
        onLeading: (all) => starts.lead(all),
        from,
      }),
    ],
    metadataMaxAge: METADATA_AGE,
    sessionTimeout: session,
    // Longer than a partition may take to move, or the group would remove a member that waits for its handler.
    rebalanceTimeout: 2 * session,
    heartbeatInterval: Math.max(1, Math.floor(session / 8)),
    maxBytesPerPartition: BYTES_A_PARTITION,
    minBytes: 1,
    maxBytes: 10 * BYTES_A_PARTITION,
    maxWaitTimeInMs: FETCH_WAIT,
    // A lost member is replaced by a new one, so kafkajs need not restart it. Short outages it survives itself.
    retry: { ...NO_RETRIES, retries: 5, restartOnFailure: async () => false },
    allowAutoTopicCreation: false,
    // Unbounded for kafkajs; each consumer asks for little at once anyway.
    maxInFlightRequests: 1_000,
    readUncommitted: true,
    rackId: '',
  })
  const holdings = createHoldings(consumer, bell, gate)

  const look = (): void => {
    const limit = gate.isShut() || memberId === null ? 3 * session + JOIN_MARGIN : session
    const left = heard + limit - performance.now()
    clearTimeout(watch)
    if (left > 0) watch = setTimeout(look, left)
    else lose(new Error(`no answer from the group for ${limit} ms`))
  }
  const hear = (ago = 0): void => {
    heard = performance.now() - ago
    if (!over) look()
  }

  const joined = ({ payload }: ConsumerGroupJoinEvent): void => {
    if (over) return
    forgotten = forgotten || (memberId !== null && memberId !== payload.memberId)
    const isSame = memberId === payload.memberId
    memberId = payload.memberId
    hear()
    const round = holdings.replace(payload.memberAssignment, isSame)
    gate.reopen()
    starts
      .establish(payload.isLeader, () => !over && holdings.isCurrent(round))
      .then(
        (places) => holdings.establish(round, places),
        (error: unknown) => lose(error),
      )
  }

  const { events } = consumer
  let heartbeatTook = 0
  const subscribed = async (): Promise<void> => {
    consumer.on(events.REQUEST, ({ payload }) => {
      if (payload.apiName === 'Heartbeat') heartbeatTook = payload.duration
    })
    // While the group is being joined they say nothing: kafkajs may have failed to join, and go on all the same.
    consumer.on(events.HEARTBEAT, () => gate.isShut() || hear(heartbeatTook))
    consumer.on(events.REBALANCING, () => hear())
    consumer.on(events.GROUP_JOIN, joined)
    consumer.on(events.CRASH, ({ payload }) => lose(payload.error))
    await consumer.connect()
    await consumer.subscribe({ topics: [...topics], fromBeginning: from === 'earliest' })
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      // Batches are only passed on, so more would gain nothing.
      partitionsConsumedConcurrently: 1,
      eachBatch: async ({ batch }: { readonly batch: Batch }) => holdings.take(batch),
    })
  }
  look()
  const joining = subscribed().catch(lose)

  return {
    async ready(signal) {
      while (!over && !signal.aborted && !holdings.isEstablished()) await bell.wait(session, signal)
      if (over) throw classify(failure, false)
      if (signal.aborted) {
        throw new ResilienceError(CODES.closed, 'the consumer is closed', { effect: 'none', retryable: false })
      }
    },
    isOver: () => over,
    takeForgotten() {
      const was = forgotten
      forgotten = false
      return was
    },
    heardAt: () => heard,
    owned: () => holdings.owned(),
    async enter(partition, signal) {
      const leave = await holdings.enter(partition, signal)
      if (!over) return leave
      leave?.()
      return null
    },
    fetch: (partition, next, signal) => holdings.fetch(partition, next, signal),
    commit: (partition, next) => holdings.commit(partition, next),
    untilChanged: (ms, signal) => bell.wait(ms, signal),
    async end() {
      clearTimeout(watch)
      const gone = consumer.disconnect().catch(() => undefined)
      await within(gone, LEAVE_WITHIN)
      lose(failure)
      // Without connections kafkajs should end; if it does not, this does not wait for it. A first join has waits of its own.
      await within(Promise.all([gone, joining]), GIVE_UP_WITHIN)
    },
  }
}

/** Resolves when `work` has, but after `ms` at the latest. */
async function within(work: Promise<unknown>, ms: number): Promise<void> {
  const done = new AbortController()
  work.finally(() => done.abort())
  await wait(ms, done.signal)
}
