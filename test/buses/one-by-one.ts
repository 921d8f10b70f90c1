/**
 * No breaker and no dead letters: a publish that fails is tried again after a fixed wait, one publish for each topic at a time, and
 * is stored twice if only its answer was lost.
 * A consumer takes one message at a time, commits after each, and gives up what failed as often as claimed. All figures are fixed,
 * and errors are plain objects.
 */
import type { Bus, BusAdapter, BusError, Handler, Message, Position, Site } from '../../harness/adapter.ts'
import { fixed } from '../../harness/claims.ts'
import type { OwnedPartition } from '../../systems/memory/protocol.ts'
import { decode, encode, type Line, openLine, Refused } from './line.ts'

const TIMEOUT = 150
const DEADLINE = 3_000
const SESSION = 600
const CLOSES = 2_000
const WAIT = 40
const RETRIES = 5
const HANDLED_AGAIN = 2
const MAX_BYTES = 65_536

const steady = (retries: number) =>
  ({
    formula: 'exponential',
    base: fixed(WAIT),
    factor: fixed(1),
    cap: fixed(WAIT),
    jitter: { low: fixed(1), high: fixed(1) },
    retries: fixed(retries),
  }) as const

const claims: BusAdapter['claims'] = {
  delivery: 'at-least-once',
  ordering: 'per-partition',
  messages: { tombstones: true, repeatedHeaders: true, maxBytes: MAX_BYTES },
  publish: { timeout: fixed(TIMEOUT), deadline: fixed(DEADLINE) },
  consume: { session: fixed(SESSION), behindFailure: 'hold' },
  close: { deadline: fixed(CLOSES) },
  recovery: { deadline: fixed(4_000) },
  errors: { codes: ['E_GONE', 'E_INPUT', 'E_NETWORK', 'E_TIME', 'E_REFUSED'] },
  retry: steady(RETRIES),
  handling: steady(HANDLED_AGAIN),
}

const GONE: BusError = { code: 'E_GONE', effect: 'none', retryable: false, message: 'closed' }
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** A connection that is opened when it is needed, and dropped as soon as one answer is late. */
class Phone {
  #line: Line | null = null
  #isHungUp = false
  readonly #site: Site
  readonly #role: 'publish' | 'consume'
  constructor(site: Site, role: 'publish' | 'consume') {
    this.#site = site
    this.#role = role
  }

  /** Rejects within the time; `onSend` is called when the request goes out. */
  async call<T>(talk: (line: Line) => Promise<T>, onSend: () => void = () => undefined): Promise<T> {
    let line: Line | null = null
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        line?.cut()
        reject({ late: true })
      }, TIMEOUT)
    })
    try {
      line = await Promise.race([this.#open(), late])
      onSend()
      return await Promise.race([talk(line), late])
    } finally {
      clearTimeout(timer)
    }
  }

  hangUp(): void {
    this.#isHungUp = true
    this.#line?.cut()
  }

  async #open(): Promise<Line> {
    if (this.#line !== null && !this.#line.isDown) return this.#line
    const line = await openLine(this.#site, this.#role)
    // Somebody else may have opened one meanwhile.
    if (this.#isHungUp || (this.#line !== null && !this.#line.isDown)) line.cut()
    else this.#line = line
    if (this.#isHungUp) throw GONE
    return this.#line as Line
  }
}

type Sent = { position: Position } | { error: BusError }

/** Takes turns: one publish of a topic after the other. */
function createSender(site: Site, phone: Phone) {
  const lasts = new Map<string, Promise<unknown>>()
  const pending = new Set<{ stop(error: BusError): void; isSending(): boolean; readonly settled: Promise<unknown> }>()
  let isClosed = false

  async function trySending(message: Message): Promise<Sent> {
    let isSent = false
    try {
      const request = { do: 'publish', topic: message.topic, dedup: null, message: encode(message) } as const
      const place = await phone.call(
        (line) => line.ask(request),
        () => {
          isSent = true
        },
      )
      return { position: { topic: message.topic, ...place } }
    } catch (thrown) {
      if (thrown instanceof Refused)
        return { error: { code: 'E_REFUSED', effect: 'none', retryable: false, message: thrown.message } }
      const isLate = typeof thrown === 'object' && thrown !== null && 'late' in thrown
      const about = { effect: isSent ? 'unknown' : 'none', retryable: true } as const
      if (isLate) return { error: { code: 'E_TIME', message: `no answer in ${TIMEOUT} ms`, ...about } }
      return { error: { code: 'E_NETWORK', message: 'the network failed', cause: thrown, ...about } }
    }
  }

  const publish: Bus['publish'] = (message, { op, signal }) => {
    if (isClosed) return Promise.reject(GONE)
    const wrong = wrongWith(message)
    if (wrong !== null)
      return Promise.reject({ code: 'E_INPUT', effect: 'none', retryable: false, message: wrong } satisfies BusError)
    return new Promise((resolve, reject) => {
      let stopped: BusError | null = null
      let effect: BusError['effect'] = 'none'
      let failure: BusError | null = null
      let attempt = 0
      let isSending = false
      let wake = (): void => undefined

      const stop = (error: BusError): void => {
        if (stopped !== null) return
        stopped = { ...error, effect: isSending ? 'unknown' : effect, ...(failure === null ? {} : { cause: failure }) }
        if (isSending) site.observe({ type: 'attempt-ended', op, attempt, outcome: 'cancelled', error: stopped })
        isSending = false
        wake()
        settle(() => reject(stopped))
      }
      const abort = (): void => stop({ code: 'E_GONE', effect, retryable: false, message: 'aborted' })
      const deadline = setTimeout(
        () => stop({ code: 'E_TIME', effect, retryable: true, message: `not done in ${DEADLINE} ms` }),
        DEADLINE,
      )
      const settle = (how: () => void): void => {
        clearTimeout(deadline)
        signal?.removeEventListener('abort', abort)
        pending.delete(entry)
        how()
      }

      const send = async (): Promise<void> => {
        while (stopped === null) {
          attempt += 1
          isSending = true
          site.observe({ type: 'attempt-began', op, attempt })
          const sent = await trySending(message)
          if (stopped !== null) return
          isSending = false
          if ('position' in sent) {
            site.observe({ type: 'attempt-ended', op, attempt, outcome: 'ok' })
            return settle(() => resolve({ status: 'acknowledged', position: sent.position }))
          }
          site.observe({ type: 'attempt-ended', op, attempt, outcome: 'failed', error: sent.error })
          failure = sent.error
          if (failure.effect === 'unknown') effect = 'unknown'
          const error = { ...failure, effect }
          if (!error.retryable || attempt > RETRIES) return settle(() => reject(error))
          if (isClosed) return stop(GONE)
          await new Promise<void>((resume) => {
            const timer = setTimeout(resume, WAIT)
            wake = () => {
              clearTimeout(timer)
              resume()
            }
          })
        }
      }
      const last = lasts.get(message.topic) ?? Promise.resolve()
      const sent = last.then(send)
      lasts.set(message.topic, sent)
      const entry = { stop, isSending: () => isSending, settled: sent }
      pending.add(entry)
      if (signal?.aborted === true) return abort()
      signal?.addEventListener('abort', abort, { once: true })
    })
  }

  return {
    publish,
    async close() {
      isClosed = true
      const settled = [...pending].map((one) => {
        if (!one.isSending()) one.stop(GONE)
        return one.settled
      })
      await Promise.all(settled)
    },
  }
}

function wrongWith({ topic, value }: Message): string | null {
  if (topic.length === 0) return 'topic: must not be empty'
  if ([...topic].some((letter) => /\p{Cc}/u.test(letter))) return 'topic: no control characters'
  return value !== null && value.byteLength > MAX_BYTES ? `value: at most ${MAX_BYTES} bytes` : null
}

/** A member of a group. One loop does everything but the signs of life. */
class Member {
  readonly #site: Site
  readonly #phone: Phone
  readonly #me: { readonly group: string; readonly member: string }
  readonly #join: () => Promise<unknown>
  readonly #handle: Handler
  #owned: OwnedPartition[] = []
  /** Where this member is in a partition. */
  readonly #next = new Map<string, number>()
  #heardAt = 0
  #isLeaving = false
  #isBusy = false
  #living: Promise<void> = Promise.resolve()
  #left: Promise<void> | null = null

  constructor(
    site: Site,
    { group, consumer, topics, from }: Parameters<Bus['subscribe']>[0],
    handle: Handler,
    phone: Phone,
  ) {
    this.#site = site
    this.#phone = phone
    this.#me = { group, member: consumer }
    this.#handle = handle
    this.#join = () => phone.call((line) => line.ask({ do: 'join', ...this.#me, topics, from, session: SESSION }))
  }

  /** Resolves once it is a member, or is told to leave. */
  start(): Promise<void> {
    const joined = this.#enter()
    this.#living = joined.then(() => this.#loop())
    return joined
  }

  async #enter(): Promise<void> {
    while (!this.#isLeaving) {
      try {
        await this.#join()
        return await this.#sync()
      } catch {
        await sleep(WAIT)
      }
    }
  }

  leave(): Promise<void> {
    this.#left ??= this.#end()
    return this.#left
  }

  async #end(): Promise<void> {
    this.#isLeaving = true
    await this.#living
    // Its session ends by itself if this fails.
    await this.#phone.call((line) => line.ask({ do: 'leave', ...this.#me })).catch(() => undefined)
    this.#take([])
  }

  #take(owned: readonly OwnedPartition[]): void {
    const { member: consumer } = this.#me
    const isIn = (list: readonly OwnedPartition[], one: OwnedPartition): boolean =>
      list.some(({ topic, partition }) => topic === one.topic && partition === one.partition)
    const lost = this.#owned.filter((one) => !isIn(owned, one))
    const got = owned.filter((one) => !isIn(this.#owned, one))
    this.#owned = [...owned]
    const named = (list: readonly OwnedPartition[]) => list.map(({ topic, partition }) => ({ topic, partition }))
    if (lost.length > 0) this.#site.observe({ type: 'revoked', consumer, partitions: named(lost) })
    if (got.length > 0) this.#site.observe({ type: 'assigned', consumer, partitions: named(got) })
    for (const one of [...lost, ...got]) this.#next.delete(nameOf(one))
  }

  async #sync(): Promise<void> {
    const askedAt = performance.now()
    const { member, owned } = await this.#phone.call((line) => line.ask({ do: 'sync', ...this.#me }))
    if (member) {
      this.#heardAt = askedAt
      return this.#take(owned)
    }
    this.#take([])
    await this.#join()
  }

  /** The broker gives the partitions of a silent member to others. */
  #has(one: OwnedPartition): boolean {
    if (performance.now() >= this.#heardAt + SESSION) this.#take([])
    return this.#owned.some(({ topic, partition }) => topic === one.topic && partition === one.partition)
  }

  async #loop(): Promise<void> {
    // Also while a handler takes its time.
    const pulse = setInterval(() => this.#isBusy && this.#sync().catch(() => undefined), SESSION / 5)
    while (!this.#isLeaving) {
      let wasIdle = true
      try {
        await this.#sync()
        for (const one of this.#owned) {
          if (this.#isLeaving) break
          if (one.release) await this.#release(one)
          else if (await this.#handleNext(one)) wasIdle = false
        }
      } catch {
        // Out of reach: what is not committed comes again.
      }
      if (wasIdle) await sleep(15)
    }
    clearInterval(pulse)
  }

  async #release(one: OwnedPartition): Promise<void> {
    const { topic, partition } = one
    this.#take(this.#owned.filter((other) => other !== one))
    await this.#phone.call((line) => line.ask({ do: 'release', ...this.#me, topic, partition }))
  }

  /** Whether it called the handler. */
  async #handleNext(one: OwnedPartition): Promise<boolean> {
    const { topic, partition } = one
    const from = this.#next.get(nameOf(one)) ?? one.next
    const fetch = { do: 'fetch', topic, partition, from, most: 1, wait: 0 } as const
    const { records } = await this.#phone.call((line) => line.ask(fetch))
    const [record] = records
    if (record === undefined || this.#isLeaving || !this.#has(one)) return false
    this.#isBusy = true
    const isDone = await this.#settle(one, decode(topic, record), { topic, partition, offset: record.offset })
    this.#isBusy = false
    if (isDone) {
      this.#next.set(nameOf(one), record.offset + 1)
      await this.#commit(one, record.offset + 1)
    }
    return true
  }

  /** Whether it is handled, or given up. */
  async #settle(one: OwnedPartition, message: Message, position: Position): Promise<boolean> {
    for (let attempt = 1; this.#has(one) && !this.#isLeaving; attempt++) {
      const rejection = await this.#handle({ message, position, attempt }).then(
        () => null,
        (error: unknown) => ({ error }),
      )
      if (rejection === null || !isWorthAnother(rejection.error) || attempt > HANDLED_AGAIN) return true
      await sleep(WAIT)
    }
    return false
  }

  async #commit(one: OwnedPartition, next: number): Promise<void> {
    const { topic, partition } = one
    while (this.#has(one)) {
      try {
        const { taken } = await this.#phone.call((line) =>
          line.ask({ do: 'commit', ...this.#me, topic, partition, next }),
        )
        const { group, member: consumer } = this.#me
        if (taken) this.#site.observe({ type: 'committed', consumer, group, topic, partition, next })
        return
      } catch {
        if (this.#isLeaving) return
        await sleep(WAIT)
        await this.#sync().catch(() => undefined)
      }
    }
  }
}

const nameOf = ({ topic, partition }: { readonly topic: string; readonly partition: number }) => `${topic}#${partition}`

const isWorthAnother = (error: unknown): boolean =>
  !(typeof error === 'object' && error !== null && 'retryable' in error && error.retryable === false)

async function open(site: Site): Promise<Bus> {
  const phones = { publish: new Phone(site, 'publish'), consume: new Phone(site, 'consume') }
  const sender = createSender(site, phones.publish)
  const members = new Set<Member>()
  let closing: Promise<void> | null = null
  const end = async (): Promise<void> => {
    await Promise.all([sender.close(), ...[...members].map((member) => member.leave())])
    phones.publish.hangUp()
    phones.consume.hangUp()
  }
  return {
    publish: sender.publish,
    async subscribe(subscription, handle) {
      if (closing !== null) throw GONE
      const member = new Member(site, subscription, handle, phones.consume)
      members.add(member)
      await member.start()
      return {
        async close() {
          await member.leave()
          members.delete(member)
        },
      }
    },
    close() {
      closing ??= end()
      return closing
    },
  }
}

export default { name: 'one by one', system: 'memory', claims, open } satisfies BusAdapter
