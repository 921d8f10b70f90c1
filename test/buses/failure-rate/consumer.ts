import type { Consumer, Handler, Message, Position, Site, Subscription } from '../../../harness/adapter.ts'
import type { Answers, FetchedRecord, Request } from '../../../systems/memory/protocol.ts'
import { atMost, claimed, decode, eitherOf, encode, FAREWELL, type LineKeeper, pause } from '../line.ts'
import { oncePromised, waitBefore } from './faults.ts'

/** Between two rounds that found nothing, and after a failure, ms. */
const REST = 15

interface Share {
  readonly topic: string
  readonly partition: number
  next: number
  /** Aborts when the partition is another member's. */
  readonly lost: AbortController
  isWanted: boolean
}

interface Parts {
  readonly subscription: Subscription
  readonly handle: Handler
  readonly consume: LineKeeper
  readonly letters: LineKeeper
}

export function startConsumer(
  site: Site,
  { subscription, handle, consume, letters }: Parts,
): Consumer & { readonly joined: Promise<void> } {
  const { group, consumer, topics, from } = subscription
  const { consume: claim, publish } = site.claims
  const handling = claimed(site.claims.handling)
  const me = { group, member: consumer }
  const deadTopic = `${site.prefix}${claimed(site.claims.deadLetter).name}`
  const shares = new Map<string, Share>()
  const closing = new AbortController()
  let fence: NodeJS.Timeout | undefined
  /** The partition whose message is in hand. */
  let busyWith: Share | null = null

  /** An answer that does not come costs the line. */
  async function ask<R extends Request>(keeper: LineKeeper, request: R): Promise<Answers[R['do']]> {
    let isOver = false
    let cut = (): void => undefined
    const timer = setTimeout(() => {
      isOver = true
      cut()
    }, publish.timeout)
    try {
      const line = await keeper.get()
      if (isOver) throw new Error('too late')
      cut = line.cut
      return await line.ask(request)
    } finally {
      clearTimeout(timer)
    }
  }

  const lose = (key: string, share: Share): void => {
    if (!shares.delete(key)) return
    share.lost.abort()
    site.observe({ type: 'revoked', consumer, partitions: [{ topic: share.topic, partition: share.partition }] })
  }
  const loseAll = (): void => {
    for (const [key, share] of shares) lose(key, share)
  }

  async function giveBack(key: string, share: Share): Promise<void> {
    lose(key, share)
    const { topic, partition } = share
    await ask(consume, { do: 'release', ...me, topic, partition }).catch(() => undefined)
  }

  async function beat(): Promise<void> {
    const askedAt = performance.now()
    const { member, owned } = await ask(consume, { do: 'sync', ...me })
    if (closing.signal.aborted) return
    if (!member) {
      loseAll()
      return join()
    }
    clearTimeout(fence)
    fence = setTimeout(loseAll, Math.max(1, askedAt + claim.session - performance.now()))
    const mine = new Map(owned.map((one) => [`${one.topic}/${one.partition}`, one]))
    for (const [key, share] of shares) if (!mine.has(key)) lose(key, share)
    for (const [key, { topic, partition, next, release }] of mine) {
      const share = shares.get(key)
      if (share !== undefined) share.isWanted = !release
      else if (!release) {
        shares.set(key, { topic, partition, next, lost: new AbortController(), isWanted: true })
        site.observe({ type: 'assigned', consumer, partitions: [{ topic, partition }] })
      } else if (busyWith?.topic !== topic || busyWith.partition !== partition)
        await ask(consume, { do: 'release', ...me, topic, partition })
    }
  }

  async function join(): Promise<void> {
    await ask(consume, { do: 'join', ...me, topics, from, session: claim.session })
  }

  async function insist(work: () => Promise<void>): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        return await work()
      } catch {
        // The broker is out of reach, and asked again.
        await pause(REST, closing.signal)
      }
    }
  }

  /** Whether the message needs no further call of the handler. */
  async function settle(share: Share, message: Message, position: Position): Promise<boolean> {
    using either = eitherOf(share.lost.signal, closing.signal)
    const over = either.signal
    for (let attempt = 1; !over.aborted; attempt++) {
      try {
        await handle({ message, position, attempt })
        return true
      } catch (error) {
        const isPermanent = (error as { readonly retryable?: unknown } | undefined)?.retryable === false
        if (isPermanent || attempt > handling.retries) return await bury({ message, position, attempt, error }, over)
        await pause(waitBefore(handling, attempt - 1), over)
      }
    }
    return false
  }

  interface Failed {
    readonly message: Message
    readonly position: Position
    readonly attempt: number
    readonly error: unknown
  }

  async function bury({ message, position, attempt, error }: Failed, over: AbortSignal): Promise<boolean> {
    if (message.topic === deadTopic) return true
    const fields = {
      original_topic: position.topic,
      original_partition: position.partition,
      original_position: position.offset,
      original_group: group,
      failure_reason: `the handler rejected it ${attempt} times`,
      error_type: error instanceof Error ? error.name : 'rejection',
      failure_timestamp: new Date().toISOString(),
      attempts: attempt,
    }
    const added = Object.entries(fields).map(([name, value]) => [name, Buffer.from(String(value))] as const)
    const letter = encode({ ...message, headers: [...message.headers, ...added] })
    const dedup = `${group}:${position.topic}:${position.partition}:${position.offset}`
    while (!over.aborted) {
      try {
        await ask(letters, { do: 'publish', topic: deadTopic, dedup, message: letter })
        site.observe({ type: 'dead-lettered', consumer, group, position })
        return true
      } catch {
        await pause(REST, over)
      }
    }
    return false
  }

  async function commit(share: Share): Promise<void> {
    const { topic, partition, next } = share
    for (;;) {
      try {
        const { taken } = await ask(consume, { do: 'commit', ...me, topic, partition, next })
        if (taken) return site.observe({ type: 'committed', consumer, group, topic, partition, next })
        return lose(`${topic}/${partition}`, share)
      } catch {
        // Once it is leaving, it may come again to another member.
        if (closing.signal.aborted || share.lost.signal.aborted) return
        await pause(REST, closing.signal)
      }
    }
  }

  async function work(share: Share, record: FetchedRecord): Promise<void> {
    const { topic, partition } = share
    busyWith = share
    const position = { topic, partition, offset: record.offset }
    if (await settle(share, decode(topic, record), position)) {
      share.next = record.offset + 1
      await commit(share)
    }
    busyWith = null
  }

  /** Whether there was something to do. */
  async function round(): Promise<boolean> {
    let found = false
    for (const [key, share] of [...shares]) {
      if (closing.signal.aborted) return false
      if (share.lost.signal.aborted) continue
      if (!share.isWanted) {
        await giveBack(key, share)
        continue
      }
      const { topic, partition, next } = share
      const { records } = await ask(consume, { do: 'fetch', topic, partition, from: next, most: 1, wait: 0 })
      const [record] = records
      if (record === undefined || share.lost.signal.aborted || closing.signal.aborted) continue
      found = true
      await work(share, record)
    }
    return found
  }

  const joined = insist(async () => {
    await join()
    await beat()
  })
  const beating = joined.then(async () => {
    while (!closing.signal.aborted) {
      await pause(claim.session / 4, closing.signal)
      await insist(beat)
    }
  })
  const working = joined.then(async () => {
    while (!closing.signal.aborted) if (!(await round().catch(() => false))) await pause(REST, closing.signal)
  })

  return {
    joined,
    close: oncePromised(async () => {
      closing.abort()
      await Promise.all([beating, working])
      clearTimeout(fence)
      // If this fails, the broker forgets the member when its session ends.
      await atMost(FAREWELL, ask(consume, { do: 'leave', ...me }))
      loseAll()
    }),
  }
}
