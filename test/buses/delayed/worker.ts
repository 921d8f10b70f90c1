import type { Handler, Message, Position, Site, Subscription } from '../../../harness/adapter.ts'
import type { Answers, OwnedPartition, Request } from '../../../systems/memory/protocol.ts'
import { atMost, claimed, decode, encode, FAREWELL, type LineKeeper, pause } from '../line.ts'
import { TableBreaker } from './breaker.ts'
import { delayOf } from './problem.ts'

/** The most messages of a partition that are not done. */
const MOST_OPEN = 64
/** Between two fetches, and before a dead letter is tried again, ms. */
const REST = 10

/** A message that is not done. */
interface Item {
  readonly message: Message
  readonly position: Position<number>
  readonly key: string | null
  attempt: number
  /** Ends its wait; null when it may be handled. */
  wake: NodeJS.Timeout | null
  step: 'idle' | 'busy' | 'done'
  failure: { readonly error: unknown } | null
}

interface Owned {
  readonly topic: string
  readonly partition: number
  next: number
  committed: number
  items: Item[]
  isEnding: boolean
}

interface Lines {
  readonly consume: LineKeeper
  readonly bury: LineKeeper
}

const nameOf = ({ topic, partition }: Pick<OwnedPartition, 'topic' | 'partition'>): string => `${topic}@${partition}`

/** Whenever something has changed, it starts whatever is due. */
export class Worker {
  readonly joined: Promise<void>
  readonly #site: Site
  readonly #subscription: Subscription
  readonly #handle: Handler
  readonly #lines: Lines
  readonly #owned = new Map<string, Owned>()
  readonly #stop = new AbortController()
  readonly #letters: TableBreaker
  readonly #locked = new Set<string>()
  readonly #busy = new Set<Promise<void>>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #fence: NodeJS.Timeout | undefined
  #closing: Promise<void> | null = null

  constructor(site: Site, subscription: Subscription, handle: Handler, lines: Lines) {
    this.#site = site
    this.#subscription = subscription
    this.#handle = handle
    this.#lines = lines
    this.#letters = new TableBreaker({ ...claimed(site.claims.breaker), reset: 50 }, () => undefined)
    this.joined = this.#enter()
    void this.joined.then(() => Promise.all([this.#beat(), this.#fetch()]))
  }

  close(): Promise<void> {
    this.#closing ??= this.#leave()
    return this.#closing
  }

  get #me() {
    return { group: this.#subscription.group, member: this.#subscription.consumer }
  }

  async #ask<R extends Request>(request: R, keeper = this.#lines.consume): Promise<Answers[R['do']]> {
    const limit = this.#site.claims.publish.timeout
    const from = performance.now()
    const line = await keeper.get()
    const timer = setTimeout(() => line.cut(), Math.max(1, limit - (performance.now() - from)))
    try {
      return await line.ask(request)
    } finally {
      clearTimeout(timer)
    }
  }

  async #enter(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#join()
        return await this.#sync()
      } catch {
        await pause(REST, this.#stop.signal)
      }
    }
  }

  async #join(): Promise<void> {
    const { topics, from } = this.#subscription
    await this.#ask({ do: 'join', ...this.#me, topics, from, session: this.#site.claims.consume.session })
  }

  async #beat(): Promise<void> {
    const { session } = this.#site.claims.consume
    while (!this.#stop.signal.aborted) {
      await pause(session / 6, this.#stop.signal)
      if (!this.#stop.signal.aborted) await this.#sync().catch(() => undefined)
    }
  }

  async #sync(): Promise<void> {
    const askedAt = performance.now()
    const { member, owned } = await this.#ask({ do: 'sync', ...this.#me })
    if (this.#stop.signal.aborted) return
    if (!member) {
      this.#lose([...this.#owned.values()])
      return await this.#join()
    }
    const silence = askedAt + this.#site.claims.consume.session - performance.now()
    clearTimeout(this.#fence)
    this.#fence = setTimeout(() => this.#lose([...this.#owned.values()]), Math.max(1, silence))
    const names = new Set(owned.map(nameOf))
    this.#lose([...this.#owned.values()].filter((one) => !names.has(nameOf(one))))
    for (const { topic, partition, next, release } of owned) {
      const known = this.#owned.get(nameOf({ topic, partition }))
      if (known !== undefined) known.isEnding ||= release
      else if (release) await this.#ask({ do: 'release', ...this.#me, topic, partition })
      else {
        const one = { topic, partition, next, committed: next, items: [], isEnding: false }
        this.#owned.set(nameOf(one), one)
        this.#tell('assigned', one)
      }
    }
    this.#startAll()
  }

  #tell(type: 'assigned' | 'revoked', { topic, partition }: Owned): void {
    this.#site.observe({ type, consumer: this.#subscription.consumer, partitions: [{ topic, partition }] })
  }

  #lose(lost: readonly Owned[]): void {
    for (const one of lost) if (this.#owned.delete(nameOf(one))) this.#tell('revoked', one)
  }

  #has(one: Owned): boolean {
    return this.#owned.get(nameOf(one)) === one
  }

  async #fetch(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      for (const one of [...this.#owned.values()]) {
        const most = MOST_OPEN - one.items.filter(({ step }) => step !== 'done').length
        if (most <= 0 || one.isEnding) continue
        const { topic, partition, next } = one
        const request = {
          do: 'fetch',
          topic,
          partition,
          from: next,
          most,
          wait: 0,
        } as const
        const { records } = await this.#ask(request).catch(() => ({ records: [] }))
        if (this.#stop.signal.aborted) return
        if (!this.#has(one) || one.isEnding) continue
        for (const record of records) {
          const message = decode(topic, record)
          const key = message.key === null ? null : `${topic}:${Buffer.from(message.key).toString('base64url')}`
          const position = { topic, partition, offset: record.offset }
          one.items.push({ message, position, key, attempt: 0, wake: null, step: 'idle', failure: null })
          one.next = record.offset + 1
        }
        this.#startAll()
      }
      await pause(REST, this.#stop.signal)
    }
  }

  #startAll(): void {
    if (this.#stop.signal.aborted) return
    for (const one of [...this.#owned.values()]) {
      if (one.isEnding) void this.#giveBack(one)
      else this.#startDue(one)
    }
  }

  #putOff(item: Item, ms: number): void {
    item.step = 'idle'
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      item.wake = null
      this.#startAll()
    }, Math.ceil(ms))
    item.wake = timer
    this.#timers.add(timer)
  }

  #startDue(one: Owned): void {
    /** Keys of which an earlier message has not been tried yet. */
    const ahead = new Set<string>()
    for (const item of one.items) {
      const { key } = item
      // A dead letter waits for nobody of its key.
      const isFree = item.failure !== null || key === null || (!this.#locked.has(key) && !ahead.has(key))
      if (item.step === 'idle' && item.wake === null && isFree) this.#start(one, item)
      if (key !== null && item.attempt === 0) ahead.add(key)
    }
  }

  #start(one: Owned, item: Item): void {
    item.step = 'busy'
    const working = this.#work(one, item).then(() => {
      this.#busy.delete(working)
      this.#startAll()
    })
    this.#busy.add(working)
  }

  async #work(one: Owned, item: Item): Promise<void> {
    const handling = claimed(this.#site.claims.handling)
    if (item.failure === null) {
      item.attempt += 1
      const { message, position, attempt } = item
      item.failure = await this.#alone(item.key, () => this.#handle({ message, position, attempt }))
      if (item.failure === null) return this.#done(one, item)
      if (!isFinal(item.failure.error) && attempt <= handling.retries) {
        item.failure = null
        return this.#putOff(item, delayOf(handling, attempt))
      }
    }
    if (this.#has(one) && (await this.#bury(item))) this.#done(one, item)
    else this.#putOff(item, REST)
  }

  /** Nothing else of this key is handled meanwhile. Resolves with what it rejected with. */
  async #alone(key: string | null, handle: () => Promise<void>): Promise<Item['failure']> {
    if (key !== null) this.#locked.add(key)
    try {
      await handle()
      return null
    } catch (error) {
      return { error }
    } finally {
      if (key !== null) this.#locked.delete(key)
      queueMicrotask(() => this.#startAll())
    }
  }

  /** Whether the dead letter was accepted. */
  async #bury({ message, position, attempt, failure }: Item): Promise<boolean> {
    const { group, consumer } = this.#subscription
    const suffix = claimed(this.#site.claims.deadLetter).name
    if (position.topic.endsWith(suffix)) return true
    const tell = this.#letters.letIn()
    if (tell === null) return false
    const field = (name: string, value: string | number) => [name, Buffer.from(`${value}`)] as const
    const letter = encode({
      ...message,
      headers: [
        ...message.headers,
        field('original_topic', position.topic),
        field('original_partition', position.partition),
        field('original_position', position.offset),
        field('original_group', group),
        field('failure_reason', isFinal(failure?.error) ? 'it cannot be handled' : 'handled too often in vain'),
        field('error_type', failure?.error instanceof Error ? failure.error.name : 'unknown'),
        field('failure_timestamp', new Date().toISOString()),
        field('attempts', attempt),
      ],
    })
    try {
      const dedup = [group, position.topic, position.partition, position.offset].join('|')
      await this.#ask({ do: 'publish', topic: `${position.topic}${suffix}`, dedup, message: letter }, this.#lines.bury)
      tell('ok')
      this.#site.observe({ type: 'dead-lettered', consumer, group, position })
      return true
    } catch {
      tell('failure')
      return false
    }
  }

  #done(one: Owned, item: Item): void {
    item.step = 'done'
    const first = one.items.findIndex(({ step }) => step !== 'done')
    one.items.splice(0, first === -1 ? one.items.length : first)
    void this.#commit(one).catch(() => undefined)
  }

  async #commit(one: Owned): Promise<void> {
    const { topic, partition } = one
    const next = one.items[0]?.position.offset ?? one.next
    if (next <= one.committed || !this.#has(one)) return
    const { taken } = await this.#ask({ do: 'commit', ...this.#me, topic, partition, next })
    if (!taken) return this.#lose([one])
    if (next > one.committed) {
      one.committed = next
      const { group, consumer } = this.#subscription
      this.#site.observe({ type: 'committed', consumer, group, topic, partition, next })
    }
  }

  /** Once nothing of it is in hand. */
  async #giveBack(one: Owned): Promise<void> {
    if (one.items.some(({ step }) => step === 'busy')) return
    this.#lose([one])
    const { topic, partition } = one
    await this.#ask({ do: 'release', ...this.#me, topic, partition }).catch(() => undefined)
  }

  async #leave(): Promise<void> {
    this.#stop.abort()
    for (const timer of this.#timers) clearTimeout(timer)
    clearTimeout(this.#fence)
    await Promise.all(this.#busy)
    for (const timer of this.#timers) clearTimeout(timer)
    const commits = [...this.#owned.values()].map((one) => this.#commit(one))
    await atMost(this.#site.claims.close.deadline / 2, Promise.all(commits))
    this.#lose([...this.#owned.values()])
    await atMost(FAREWELL, this.#ask({ do: 'leave', ...this.#me }))
  }
}

const isFinal = (error: unknown): boolean =>
  error !== null && typeof error === 'object' && 'retryable' in error && error.retryable === false
