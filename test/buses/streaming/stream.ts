import { setTimeout as sleep, setInterval as ticks } from 'node:timers/promises'
import type { Delivery, Handler, Message, Position, Site, Subscription } from '../../../harness/adapter.ts'
import type { Answers, OwnedPartition, Request } from '../../../systems/memory/protocol.ts'
import { atMost, claimed, decode, encode, FAREWELL, type LineKeeper } from '../line.ts'
import { orAborted } from './errors.ts'

const PAGE = 8
const WAIT = 30
const REST = 20

interface Lines {
  readonly consuming: LineKeeper
  readonly burying: LineKeeper
}

interface Part {
  readonly topic: string
  readonly partition: number
  readonly lost: AbortController
  readonly done: Promise<void>
}

const keyOf = ({ topic, partition }: Pick<OwnedPartition, 'topic' | 'partition'>): string => `${partition} of ${topic}`

/** Resolves when the time is over or the signal aborts. */
const rest = (ms: number, signal: AbortSignal): Promise<unknown> =>
  sleep(Math.ceil(ms), undefined, { signal }).catch(() => undefined)

export function subscribeTo(site: Site, subscription: Subscription, handle: Handler, lines: Lines) {
  const { group, consumer, topics, from } = subscription
  const { session } = site.claims.consume
  const { timeout } = site.claims.publish
  const me = { group, member: consumer }
  const leaving = new AbortController()
  const parts = new Map<string, Part>()
  let heardAt = 0

  async function ask<R extends Request>(request: R, keeper = lines.consuming, more = 0): Promise<Answers[R['do']]> {
    const within = AbortSignal.timeout(timeout + more)
    const line = await orAborted(keeper.get(), within)
    try {
      return await orAborted(line.ask(request), within)
    } catch (error) {
      if (within.aborted) line.cut()
      throw error
    }
  }

  const end = async (ending: Iterable<Part>): Promise<void> => {
    const all = [...ending]
    for (const { lost } of all) lost.abort()
    await Promise.all(all.map(({ done }) => done))
  }

  async function heartbeat(): Promise<void> {
    const askedAt = performance.now()
    const { member, owned } = await ask({ do: 'sync', ...me })
    if (!member) {
      await end(parts.values())
      await ask({ do: 'join', ...me, topics, from, session })
      return heartbeat()
    }
    heardAt = askedAt
    if (leaving.signal.aborted) return
    const names = new Set(owned.map(keyOf))
    void end([...parts].filter(([name]) => !names.has(name)).map(([, part]) => part))
    for (const one of owned) {
      if (one.release) void release(one)
      else if (!parts.has(keyOf(one))) start(one)
    }
  }

  async function release(one: OwnedPartition): Promise<void> {
    const part = parts.get(keyOf(one))
    if (part?.lost.signal.aborted === true) return
    await end(part === undefined ? [] : [part])
    const { topic, partition } = one
    await ask({ do: 'release', ...me, topic, partition }).catch(() => undefined)
  }

  const start = ({ topic, partition, next }: OwnedPartition): void => {
    const place = { topic, partition }
    const lost = new AbortController()
    site.observe({ type: 'assigned', consumer, partitions: [place] })
    const done = consume(place, next, lost.signal).then(() => {
      parts.delete(keyOf(place))
      site.observe({ type: 'revoked', consumer, partitions: [place] })
    })
    parts.set(keyOf(place), { ...place, lost, done })
  }

  /** Whether the broker still counts on this member. */
  const isAlive = (): boolean => performance.now() < heardAt + session

  async function* records(place: Pick<Part, 'topic' | 'partition'>, from: number, lost: AbortSignal) {
    let next = from
    while (!lost.aborted && isAlive()) {
      try {
        const asked = ask({ do: 'fetch', ...place, from: next, most: PAGE, wait: WAIT }, lines.consuming, WAIT)
        const page = await orAborted(asked, lost)
        for (const record of page.records) {
          if (lost.aborted || !isAlive()) return
          next = record.offset + 1
          yield record
        }
      } catch {
        await rest(REST, lost)
      }
    }
  }

  async function consume(place: Pick<Part, 'topic' | 'partition'>, from: number, lost: AbortSignal): Promise<void> {
    for await (const record of records(place, from, lost)) {
      const position = { ...place, offset: record.offset }
      const isDone = await settled(decode(place.topic, record), position, lost)
      if (!isDone || !(await committed(place, record.offset + 1, lost))) return
    }
  }

  async function settled(message: Message, position: Position, lost: AbortSignal): Promise<boolean> {
    const handling = claimed(site.claims.handling)
    for (let attempt = 1; !lost.aborted && isAlive(); attempt++) {
      try {
        await handle({ message, position, attempt })
        return true
      } catch (error) {
        if (isHopeless(error) || attempt > handling.retries) return buried({ message, position, attempt }, error, lost)
        const { low, high } = handling.jitter
        const wait = Math.min(handling.cap, handling.base * handling.factor ** (attempt - 1))
        await rest(wait * (low + Math.random() * (high - low)), lost)
      }
    }
    return false
  }

  async function buried({ message, position, attempt }: Delivery, error: unknown, lost: AbortSignal): Promise<boolean> {
    const topic = `${site.prefix}${claimed(site.claims.deadLetter).name}`
    if (message.topic === topic || position === undefined) return true
    const text = (value: unknown): Uint8Array => new TextEncoder().encode(String(value))
    const added = {
      original_topic: text(position.topic),
      original_partition: text(position.partition),
      original_position: text(position.offset),
      original_group: text(group),
      failure_reason: text(`its handler failed, the last time at attempt ${attempt}`),
      error_type: text(error instanceof Error ? error.name : 'thrown value'),
      failure_timestamp: text(new Date().toISOString()),
      attempts: text(attempt),
    }
    const letter = encode({ ...message, headers: [...message.headers, ...Object.entries(added)] })
    const dedup = JSON.stringify(['dead', group, position])
    while (!lost.aborted && isAlive()) {
      try {
        await ask({ do: 'publish', topic, dedup, message: letter }, lines.burying)
        site.observe({ type: 'dead-lettered', consumer, group, position })
        return true
      } catch {
        await rest(REST, lost)
      }
    }
    return false
  }

  /** What is done is committed at least once more when the partition goes. */
  async function committed(
    place: Pick<Part, 'topic' | 'partition'>,
    next: number,
    lost: AbortSignal,
  ): Promise<boolean> {
    for (;;) {
      try {
        const { taken } = await ask({ do: 'commit', ...me, ...place, next })
        if (taken) site.observe({ type: 'committed', consumer, group, ...place, next })
        return taken
      } catch {
        if (lost.aborted || !isAlive()) return false
        await rest(REST, lost)
      }
    }
  }

  async function join(): Promise<void> {
    while (!leaving.signal.aborted) {
      try {
        await ask({ do: 'join', ...me, topics, from, session })
        return await heartbeat()
      } catch {
        await rest(REST, leaving.signal)
      }
    }
  }

  async function live(): Promise<void> {
    try {
      for await (const _ of ticks(session / 5, undefined, { signal: leaving.signal }))
        await heartbeat().catch(() => undefined)
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'AbortError') throw error
    }
  }

  const joined = join()
  const living = joined.then(() => (leaving.signal.aborted ? undefined : live()))
  const leave = async (): Promise<void> => {
    leaving.abort()
    await Promise.all([living, end(parts.values())])
    await end(parts.values())
    await atMost(FAREWELL, ask({ do: 'leave', ...me }))
  }
  let left: Promise<void> | null = null
  return {
    joined,
    close() {
      left ??= leave()
      return left
    },
  }
}

const isHopeless = (error: unknown): boolean =>
  error !== null && typeof error === 'object' && 'retryable' in error && error.retryable === false
