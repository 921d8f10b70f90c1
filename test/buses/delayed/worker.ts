import type { Handler, Message, Position, Site, Subscription } from '../../../harness/adapter.ts'
import type { Answers, OwnedPartition, Request } from '../../../systems/memory/protocol.ts'
import { claimed, decode, encode, type LineKeeper, pause } from '../line.ts'
import { TableBreaker } from './breaker.ts'
import { delayOf } from './problem.ts'

/** The most messages of a partition that are not done. */
const MOST_OPEN = 32
const TICK = 10

/** A message that is not done. */
interface Item {
  readonly message: Message
  readonly position: Position<number>
  readonly key: string | null
  attempt: number
  /** When it may be handled again, ms. */
  due: number
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

/** A ticking worker: at each tick it starts whatever is due. */
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
  readonly #loops: Promise<unknown>
  #silentFrom = Number.POSITIVE_INFINITY
  #closing: Promise<void> | null = null

  constructor(site: Site, subscription: Subscription, handle: Handler, lines: Lines) {
    this.#site = site
    this.#subscription = subscription
    this.#handle = handle
    this.#lines = lines
    this.#letters = new TableBreaker({ ...claimed(site.claims.breaker), reset: 50 }, () => undefined)
    this.joined = this.#enter()
    this.#loops = this.joined.then(() => Promise.all([this.#beat(), this.#fetch(), this.#tick()]))
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
        await pause(TICK, this.#stop.signal)
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
    if (!member) {
      this.#lose([...this.#owned.values()])
      return await this.#join()
    }
    this.#silentFrom = askedAt + this.#site.claims.consume.session
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
        if (one.items.length >= MOST_OPEN || one.isEnding) continue
        const { topic, partition, next } = one
        const request = {
          do: 'fetch',
          topic,
          partition,
          from: next,
          most: MOST_OPEN - one.items.length,
          wait: 0,
        } as const
        const { records } = await this.#ask(request).catch(() => ({ records: [] }))
        if (!this.#has(one) || one.isEnding) continue
        for (const record of records) {
          const message = decode(topic, record)
          const key = message.key === null ? null : `${topic}:${Buffer.from(message.key).toString('base64url')}`
          const position = { topic, partition, offset: record.offset }
          one.items.push({ message, position, key, attempt: 0, due: 0, step: 'idle', failure: null })
          one.next = record.offset + 1
        }
      }
      await pause(TICK, this.#stop.signal)
    }
  }

  /** Timers would do, but a tick keeps everything that may start in one place. */
  async #tick(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      if (performance.now() >= this.#silentFrom) this.#lose([...this.#owned.values()])
      for (const one of [...this.#owned.values()]) {
        if (one.isEnding) void this.#giveBack(one)
        else this.#startDue(one)
      }
      await pause(1, this.#stop.signal)
    }
  }

  #startDue(one: Owned): void {
    const now = performance.now()
    /** Keys of which an earlier message has not been tried yet. */
    const ahead = new Set<string>()
    for (const item of one.items) {
      const { key } = item
      const isFree = key === null || (!this.#locked.has(key) && !ahead.has(key))
      if (item.step === 'idle' && item.due <= now && isFree) this.#start(one, item)
      if (key !== null && item.attempt === 0) ahead.add(key)
    }
  }

  #start(one: Owned, item: Item): void {
    item.step = 'busy'
    if (item.key !== null) this.#locked.add(item.key)
    const working = this.#work(one, item).then(() => {
      if (item.key !== null) this.#locked.delete(item.key)
      this.#busy.delete(working)
    })
    this.#busy.add(working)
  }

  async #work(one: Owned, item: Item): Promise<void> {
    const handling = claimed(this.#site.claims.handling)
    if (item.failure === null) {
      item.attempt += 1
      const { message, position, attempt } = item
      try {
        await this.#handle({ message, position, attempt })
        return await this.#done(one, item)
      } catch (error) {
        if (!isFinal(error) && attempt <= handling.retries) {
          item.due = performance.now() + delayOf(handling, attempt)
          item.step = 'idle'
          return
        }
        item.failure = { error }
      }
    }
    if (this.#has(one) && (await this.#bury(item))) await this.#done(one, item)
    else {
      item.due = performance.now() + TICK
      item.step = 'idle'
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

  async #done(one: Owned, item: Item): Promise<void> {
    item.step = 'done'
    const first = one.items.findIndex(({ step }) => step !== 'done')
    one.items.splice(0, first === -1 ? one.items.length : first)
    await this.#commit(one).catch(() => undefined)
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
    await this.#loops
    await Promise.all(this.#busy)
    await Promise.all([...this.#owned.values()].map((one) => this.#commit(one).catch(() => undefined)))
    this.#lose([...this.#owned.values()])
    await this.#ask({ do: 'leave', ...this.#me }).catch(() => undefined)
  }
}

const isFinal = (error: unknown): boolean =>
  error !== null && typeof error === 'object' && 'retryable' in error && error.retryable === false
