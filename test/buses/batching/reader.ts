import type { Handler, Message, Position, Site, Subscription } from '../../../harness/adapter.ts'
import type { Answers, OwnedPartition, Request } from '../../../systems/memory/protocol.ts'
import { atMost, claimed, decode, encode, FAREWELL, type LineKeeper, pause } from '../line.ts'

const PAGE = 20
/** The most messages of a partition that are not done. */
const MOST_OPEN = 64
const COMMIT_EVERY = 70
const FETCH_WAITS = 40
const REST = 20

export interface Reader {
  readonly started: Promise<void>
  stop(): Promise<void>
}

interface Lines {
  readonly consuming: LineKeeper
  readonly burying: LineKeeper
}

/** Asks on the current line, which is cut if it does not answer in time. */
async function askIn<R extends Request>(keeper: LineKeeper, ms: number, request: R): Promise<Answers[R['do']]> {
  let tooLate = false
  let cut = (): void => undefined
  const timer = setTimeout(() => {
    tooLate = true
    cut()
  }, ms)
  try {
    const line = await keeper.get()
    cut = line.cut
    if (tooLate) throw new Error('the time is over')
    return await line.ask(request)
  } finally {
    clearTimeout(timer)
  }
}

export function startReader(site: Site, subscription: Subscription, handle: Handler, lines: Lines): Reader {
  const { group, consumer, topics, from } = subscription
  const { session } = site.claims.consume
  const { timeout } = site.claims.publish
  const me = { group, member: consumer }
  const ask = <R extends Request>(request: R, more = 0) => askIn(lines.consuming, timeout + more, request)
  const pages = new Map<string, ReturnType<typeof readPartition>>()
  const stopping = new AbortController()
  let expiry: NodeJS.Timeout | undefined
  let stopped: Promise<void> | undefined

  const join = () => ask({ do: 'join', ...me, topics, from, session })
  const dropAll = (): void => {
    for (const one of pages.values()) one.drop()
  }

  async function live(): Promise<void> {
    const askedAt = performance.now()
    const { member, owned } = await ask({ do: 'sync', ...me })
    if (!member) {
      dropAll()
      if (!stopping.signal.aborted) await join()
      return
    }
    if (stopping.signal.aborted) return
    clearTimeout(expiry)
    expiry = setTimeout(dropAll, Math.max(1, askedAt + session - performance.now()))
    for (const [name, one] of pages) if (!owned.some((other) => nameOf(other) === name)) one.drop()
    for (const one of owned) follow(one)
  }

  const follow = (owned: OwnedPartition): void => {
    const name = nameOf(owned)
    const known = pages.get(name)
    if (owned.release) {
      const { topic, partition } = owned
      void (known?.finish() ?? Promise.resolve())
        .then(() => ask({ do: 'release', ...me, topic, partition }))
        .catch(() => undefined)
    } else if (known === undefined) {
      const reading = readPartition(site, subscription, handle, { owned, ask, burying: lines.burying })
      pages.set(name, reading)
      void reading.over.then(() => pages.delete(name))
    }
  }

  async function start(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await join()
        return await live()
      } catch {
        await pause(REST, stopping.signal)
      }
    }
  }

  const started = start()
  void started.then(async () => {
    while (!stopping.signal.aborted) {
      await pause(session / 5, stopping.signal)
      if (!stopping.signal.aborted) await live().catch(() => pause(REST, stopping.signal))
    }
  })

  async function stop(): Promise<void> {
    stopping.abort()
    await Promise.all([...pages.values()].map((one) => one.finish()))
    clearTimeout(expiry)
    await atMost(FAREWELL, ask({ do: 'leave', ...me }))
  }

  return {
    started,
    stop() {
      stopped ??= stop()
      return stopped
    },
  }
}

const nameOf = ({ topic, partition }: Pick<OwnedPartition, 'topic' | 'partition'>): string => `${topic}/${partition}`

interface Reading {
  readonly owned: OwnedPartition
  readonly ask: <R extends Request>(request: R, more?: number) => Promise<Answers[R['do']]>
  readonly burying: LineKeeper
}

/** Reads one partition until it is finished, which commits what is done, or dropped, which does not. */
function readPartition(
  site: Site,
  { group, consumer }: Subscription,
  handle: Handler,
  { owned, ask, burying }: Reading,
) {
  const { topic, partition } = owned
  const place = { topic, partition }
  const handling = claimed(site.claims.handling)
  const ending = new AbortController()
  let isOurs = true
  let next = owned.next
  let committed = owned.next
  /** Offsets in hand, and whether each is done. */
  const inHand = new Map<number, boolean>()
  const running = new Set<Promise<void>>()
  const keys = new Map<string, Promise<void>>()
  site.observe({ type: 'assigned', consumer, partitions: [place] })

  async function commit(): Promise<void> {
    for (const [offset, isDone] of inHand) {
      if (!isDone) break
      inHand.delete(offset)
    }
    const [upTo = next] = inHand.keys()
    if (upTo <= committed || !isOurs) return
    const { taken } = await ask({ do: 'commit', group, member: consumer, ...place, next: upTo })
    if (!taken) return drop()
    committed = upTo
    site.observe({ type: 'committed', consumer, group, ...place, next: upTo })
  }

  async function work(message: Message, position: Position<number>): Promise<void> {
    for (let attempt = 1; !ending.signal.aborted; attempt++) {
      try {
        await handle({ message, position, attempt })
        inHand.set(position.offset, true)
        return
      } catch (error) {
        if (isForGood(error) || attempt > handling.retries) {
          if (await bury(message, position, { attempt, error })) inHand.set(position.offset, true)
          return
        }
        const wait = Math.min(handling.cap, handling.base * handling.factor ** (attempt - 1))
        const { low, high } = handling.jitter
        await pause(wait * (low + Math.random() * (high - low)), ending.signal)
      }
    }
  }

  async function bury(
    message: Message,
    position: Position<number>,
    { attempt, error }: { readonly attempt: number; readonly error: unknown },
  ): Promise<boolean> {
    const suffix = claimed(site.claims.deadLetter).name
    if (topic.endsWith(suffix)) return true
    const headers = Object.entries({
      original_topic: topic,
      original_partition: partition,
      original_position: position.offset,
      original_group: group,
      failure_reason: isForGood(error) ? 'rejected for good' : `rejected ${attempt} times`,
      error_type: error instanceof Error ? error.constructor.name : 'not an error',
      failure_timestamp: new Date().toISOString(),
      attempts: attempt,
    }).map(([name, value]) => [name, new TextEncoder().encode(`${value}`)] as const)
    const letter = encode({ ...message, headers: [...message.headers, ...headers] })
    const dedup = `dead ${group} ${topic} ${partition} ${position.offset}`
    while (isOurs && !ending.signal.aborted) {
      try {
        const request = { do: 'publish', topic: `${topic}${suffix}`, dedup, message: letter } as const
        await askIn(burying, site.claims.publish.timeout, request)
        return true
      } catch {
        await pause(REST, ending.signal)
      }
    }
    return false
  }

  const take = (message: Message, position: Position<number>): void => {
    inHand.set(position.offset, false)
    next = position.offset + 1
    const key = message.key === null ? null : Buffer.from(message.key).toString('hex')
    const before = key === null ? undefined : keys.get(key)
    const working = before === undefined ? work(message, position) : before.then(() => work(message, position))
    running.add(working)
    if (key !== null) keys.set(key, working)
    void working.then(() => {
      running.delete(working)
      if (key !== null && keys.get(key) === working) keys.delete(key)
    })
  }

  async function read(): Promise<void> {
    while (!ending.signal.aborted) {
      const most = Math.min(PAGE, MOST_OPEN - [...inHand.values()].filter((isDone) => !isDone).length)
      if (most <= 0) {
        await pause(REST, ending.signal)
        continue
      }
      try {
        const fetch = { do: 'fetch', ...place, from: next, most, wait: FETCH_WAITS } as const
        const { records } = await ask(fetch, FETCH_WAITS)
        if (ending.signal.aborted) return
        for (const record of records) take(decode(topic, record), { ...place, offset: record.offset })
      } catch {
        await pause(REST, ending.signal)
      }
    }
  }

  const ticking = setInterval(() => void commit().catch(() => undefined), COMMIT_EVERY)
  void read()
  let finishing: Promise<void> | undefined

  async function finish(): Promise<void> {
    ending.abort()
    clearInterval(ticking)
    // A handler may outlast the session, and then nothing can be committed any more.
    void commit().catch(() => undefined)
    await Promise.all(running)
    await atMost(site.claims.close.deadline / 2, commit())
    if (isOurs) site.observe({ type: 'revoked', consumer, partitions: [place] })
    isOurs = false
  }
  const over = new Promise<void>((resolve) => {
    ending.signal.addEventListener('abort', () => void end().then(resolve), { once: true })
  })
  const end = (): Promise<void> => {
    finishing ??= finish()
    return finishing
  }

  function drop(): void {
    if (!isOurs) return
    isOurs = false
    site.observe({ type: 'revoked', consumer, partitions: [place] })
    void end()
  }

  return { finish: end, drop, over }
}

const isForGood = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && (error as { readonly retryable?: unknown }).retryable === false
