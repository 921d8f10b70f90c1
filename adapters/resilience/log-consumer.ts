/**
 * A consumer group member over a partitioned log: keeps its membership alive, works on each partition that it owns, one
 * message after another or its keys in parallel, and commits a position only once everything before it was handled or
 * dead-lettered.
 */
import type { Consumer, Handler, Message, Site, Subscription } from '../../harness/adapter.ts'
import { type Admission, handleRecord } from './handling.ts'
import { type PartitionParts, workOnPartition } from './partition-work.ts'
import { type Policies, pauseBefore, standardPolicies } from './policies.ts'
import type { ReceivedRecord } from './records.ts'
import { createSuppress } from './suppressed.ts'
import { unlessAborted, wait, within } from './wait.ts'

/** Part of the time for closing after which a member that cannot say that it leaves is gone without. */
const LEAVES_WITHIN = 0.9

export interface PartitionId {
  readonly topic: string
  readonly partition: number
}
export interface OwnedPartition extends PartitionId {
  /** The position at which to continue. */
  readonly next: number
  /** Another member should own it: finish the current message, then release it. */
  readonly release: boolean
}

/** A log as one member of a group uses it. Every call may reject while the network is broken. */
export interface MemberLog {
  /** May give up when the signal aborts. */
  join(signal: AbortSignal): Promise<void>
  /** A heartbeat; null if the log has forgotten the member, which must then join again. */
  sync(): Promise<readonly OwnedPartition[] | null>
  /** Waits a little for messages; may resolve with none. */
  fetch(partition: PartitionId, from: number, signal: AbortSignal): Promise<readonly ReceivedRecord[]>
  /** False when the member does not own the partition any more. */
  commit(partition: PartitionId, next: number): Promise<boolean>
  release(partition: PartitionId): Promise<void>
  leave(): Promise<void>
  storeDeadLetter(message: Message, dedup: string): Promise<void>
  /**
   * When the log last heard of the member, by `performance.now()`. For a log whose heartbeats are not the calls of
   * {@link MemberLog.sync} themselves.
   */
  heardAt?(): number
  /** Resolves when another `sync` is useful, after `ms` at the latest or when the signal aborts. */
  untilChanged?(ms: number, signal: AbortSignal): Promise<void>
  /**
   * Permission to call the handler, until the returned function is called; null when the partition is lost. For a log that
   * may move a partition only while no handler works on it.
   */
  enter?(partition: PartitionId, signal: AbortSignal): Promise<(() => void) | null>
  /** Decides about a message before its handler is called; default: it is handled. */
  admit?(record: ReceivedRecord, signal: AbortSignal): Promise<Admission>
}

interface Work {
  readonly partition: PartitionId
  readonly stop: AbortController
  readonly done: Promise<void>
}

/** The ordering key of every message where a partition's messages are handled one after another. */
const WHOLE_PARTITION = ''
/** Of one partition, if its keys are handled in parallel. */
const MOST_SIDE_BY_SIDE = 64

const keyOf = ({ topic, partition }: PartitionId): string => `${topic}/${partition}`

export interface LogConsumer extends Consumer {
  /** Resolves once the consumer is a member and will receive messages, or was closed before. */
  readonly ready: Promise<void>
}

export function startLogConsumer(options: {
  readonly site: Site
  readonly subscription: Subscription
  readonly handle: Handler
  readonly log: MemberLog
  readonly policies?: Policies
}): LogConsumer {
  const { site, subscription, log } = options
  const { consumer, group } = subscription
  const policies = options.policies ?? standardPolicies
  const { session } = site.claims.consume
  const works = new Map<string, Work>()
  const releasing = new Set<string>()
  const closing = new AbortController()
  const suppress = createSuppress(site, consumer)
  let fence: NodeJS.Timeout | undefined
  let running = 0
  let lastHandled = 0
  /** Aborts when a closing consumer can wait for its commits no longer. */
  const tooLate = new AbortController()

  const handle: Handler = async (delivery) => {
    running += 1
    try {
      return await options.handle(delivery)
    } finally {
      running -= 1
      lastHandled = performance.now()
    }
  }

  /** Of the time for closing, which does not count that of handlers; ms. */
  const leftOf = (began: number): number => {
    const now = performance.now()
    return (running > 0 ? now : Math.max(began, lastHandled)) + LEAVES_WITHIN * site.claims.close.deadline - now
  }

  const pause = (attempt: number, signal: AbortSignal): Promise<void> =>
    wait(pauseBefore(attempt, { claim: site.claims.retry, ...policies }), signal)

  /** Tries until it works or the signal aborts; then it resolves with undefined. */
  const persist = async <T>(during: string, work: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> => {
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        return await work()
      } catch (error) {
        // The network is broken; the position stays unchanged, and a later attempt may succeed.
        if (!signal.aborted) suppress(during, error)
        await pause(attempt, signal)
      }
    }
    return undefined
  }

  const fetch = async (partition: PartitionId, next: number, signal: AbortSignal): Promise<readonly ReceivedRecord[]> =>
    (await persist('fetch', () => log.fetch(partition, next, signal), signal)) ?? []

  const settle = (
    partition: PartitionId,
    record: ReceivedRecord,
    signal: AbortSignal,
  ): Promise<'settled' | 'abandoned'> =>
    handleRecord(
      {
        site,
        consumer,
        group,
        handle,
        policies,
        suppress,
        storeDeadLetter: log.storeDeadLetter,
        ...(log.admit === undefined ? {} : { admit: log.admit }),
        ...(log.enter === undefined ? {} : { enter: () => log.enter?.(partition, signal) ?? Promise.resolve(null) }),
      },
      record,
      signal,
    )

  const workOn = (partition: PartitionId, from: number, signal: AbortSignal): Promise<void> => {
    const { sideBySide } = policies
    const parts: PartitionParts = {
      fetch: (next, stop) => fetch(partition, next, stop),
      settle: (record, stop) => settle(partition, record, stop),
      commit: (next) => commit(partition, next, signal),
      orderingKeyOf: ({ message }) => (sideBySide === undefined ? WHOLE_PARTITION : sideBySide(message)),
      mostInHand: sideBySide === undefined ? 1 : MOST_SIDE_BY_SIDE,
    }
    return workOnPartition(parts, from, signal)
  }

  const commit = async (partition: PartitionId, next: number, signal: AbortSignal): Promise<boolean> => {
    const attempt = async (): Promise<boolean> => {
      const taken = await log.commit(partition, next)
      if (taken) site.observe({ type: 'committed', consumer, group, ...partition, next })
      return taken
    }
    const inTime = <T>(work: Promise<T>): Promise<T | false> =>
      unlessAborted<T | false>(work, tooLate.signal, () => false)
    const taken = await inTime(persist('commit', attempt, signal))
    if (taken !== undefined) return taken
    // Stopped: one attempt to commit what is done may avoid its redelivery.
    const last = attempt().catch((error: unknown) => {
      suppress('commit', error)
      return false
    })
    return await inTime(last)
  }

  const begin = ({ topic, partition, next }: OwnedPartition): void => {
    const id = { topic, partition }
    const stop = new AbortController()
    site.observe({ type: 'assigned', consumer, partitions: [id] })
    const done = workOn(id, next, stop.signal).then(() => {
      works.delete(keyOf(id))
      site.observe({ type: 'revoked', consumer, partitions: [id] })
    })
    works.set(keyOf(id), { partition: id, stop, done })
  }

  /** Resolves once no handler runs any more. */
  const endAll = async (ending: readonly Work[]): Promise<void> => {
    for (const work of ending) work.stop.abort()
    await Promise.all(ending.map((work) => work.done))
  }

  const release = async (partition: PartitionId): Promise<void> => {
    const key = keyOf(partition)
    if (releasing.has(key)) return
    releasing.add(key)
    const work = works.get(key)
    if (work !== undefined) await endAll([work])
    await persist('release', () => log.release(partition), closing.signal)
    releasing.delete(key)
  }

  const follow = (owned: readonly OwnedPartition[]): void => {
    const still = new Set(owned.map(keyOf))
    void endAll([...works.values()].filter((work) => !still.has(keyOf(work.partition))))
    for (const partition of owned) {
      if (partition.release) void release(partition)
      else if (!releasing.has(keyOf(partition)) && !works.has(keyOf(partition))) begin(partition)
    }
  }

  const sync = async (): Promise<void> => {
    const askedAt = performance.now()
    const owned = await log.sync()
    if (owned === null) {
      await endAll([...works.values()])
      return await log.join(closing.signal)
    }
    if (closing.signal.aborted) return
    const heardAt = log.heardAt?.() ?? askedAt
    // After a whole session of silence the log gives the partitions to others; this member stops its work before that.
    clearTimeout(fence)
    fence = setTimeout(() => void endAll([...works.values()]), Math.max(1, heardAt + session - performance.now()))
    follow(owned)
  }

  const live = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await persist('sync', sync, closing.signal)
      await (log.untilChanged ?? wait)(session / 4, closing.signal)
    }
  }

  const join = async (): Promise<void> => {
    await log.join(closing.signal)
    await sync()
  }
  const ready = persist('join', join, closing.signal).then(() => undefined)
  const living = ready.then(live)

  const close = async (): Promise<void> => {
    const began = performance.now()
    closing.abort()
    clearTimeout(fence)
    let timer: NodeJS.Timeout | undefined
    const giveUp = (): void => {
      if (leftOf(began) <= 0) tooLate.abort()
      else timer = setTimeout(giveUp, Math.ceil(leftOf(began)))
    }
    giveUp()
    await Promise.all([endAll([...works.values()]), living])
    clearTimeout(fence)
    await endAll([...works.values()])
    clearTimeout(timer)
    // The last commit and sign of life may have waited for a broken network before. If this fails or takes too long, the member is
    // forgotten when its session ends.
    await within(leftOf(began), log.leave()).catch((error: unknown) => suppress('leave', error))
  }
  return { ready, close: once(close) }
}

/** Runs once, however often it is called. */
export function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null
  return () => {
    running ??= run()
    return running
  }
}
