/**
 * Commits now and then, and goes back to what it committed last when a handler rejects, so that messages which were handled come
 * again. It tries for ever, as it claims no `handling`. A publish is sent once, a subscription that meets a broken network is
 * refused, and of all that happens the bus reports only commits.
 */
import type { Bus, BusAdapter, BusError, Handler, Role, Site, Subscription } from '../../harness/adapter.ts'
import { fixed, settable } from '../../harness/claims.ts'
import type { Answers, OwnedPartition, Request } from '../../systems/memory/protocol.ts'
import { decode, encode, type Line, openLine, pause, Refused } from './line.ts'

const PAGE = 6
/** Messages between two commits. */
const COMMIT_EVERY = 4
const REST = 20

const CODES = ['not-sent', 'lost-touch', 'refused', 'withdrawn', 'shut', 'unfit'] as const

const claims: BusAdapter['claims'] = {
  delivery: 'at-least-once',
  ordering: 'per-key',
  messages: { tombstones: true, repeatedHeaders: true, maxBytes: 32_768 },
  publish: { timeout: settable(3_000, 50, 60_000), deadline: settable(3_500, 100, 60_000) },
  consume: { session: settable(8_000, 200, 60_000), behindFailure: 'hold' },
  close: { deadline: settable(10_000, 500, 60_000) },
  recovery: { deadline: settable(20_000, 1_000, 300_000) },
  errors: { codes: CODES },
  memory: fixed(64 * 1024 * 1024),
}

const failure = (
  code: (typeof CODES)[number],
  message: string,
  effect: BusError['effect'],
  cause?: unknown,
): BusError =>
  Object.assign(new Error(message), {
    code,
    effect,
    retryable: code === 'not-sent' || code === 'lost-touch',
    ...(cause === undefined ? {} : { cause }),
  })

/** Requests that go one after the other: the next is sent when the one before is answered. */
function createWire(site: Site, role: Role) {
  let line: Line | null = null
  let last: Promise<unknown> = Promise.resolve()
  let isShut = false

  async function send<R extends Request>(request: R, { stop, sent }: Sending): Promise<Answers[R['do']]> {
    if (stop.aborted || isShut) throw new Error('not sent')
    let cut = (): void => undefined
    const late = (): void => cut()
    const timer = setTimeout(late, site.claims.publish.timeout)
    stop.addEventListener('abort', late, { once: true })
    try {
      const opened = line === null || line.isDown ? await openLine(site, role) : line
      line = opened
      cut = () => opened.cut()
      if (stop.aborted || isShut) cut()
      else sent?.()
      return await opened.ask(request)
    } finally {
      clearTimeout(timer)
      stop.removeEventListener('abort', late)
    }
  }

  const cutAll = (): void => {
    isShut = true
    line?.cut()
  }

  return {
    /** Whoever aborts it ends the connection, since an answer may be under way. */
    send<R extends Request>(request: R, sending: Sending): Promise<Answers[R['do']]> {
      const answered = last.then(() => send(request, sending))
      last = answered.catch(() => undefined)
      return answered
    },
    async shut(): Promise<void> {
      await last
      cutAll()
    },
    cut: cutAll,
  }
}

type Wire = ReturnType<typeof createWire>

interface Sending {
  readonly stop: AbortSignal
  /** Called when it goes out. */
  readonly sent?: () => void
}

/** One member of a group. */
function follow(site: Site, wire: Wire, { group, consumer, topics, from }: Subscription, handle: Handler) {
  const { session } = site.claims.consume
  const me = { group, member: consumer }
  const leaving = new AbortController()
  const never = new AbortController().signal
  const ask = <R extends Request>(request: R) => wire.send(request, { stop: never })
  /** Where it is in each partition, and how often each message beyond the last commit was handled. */
  const places = new Map<string, { next: number; committed: number; readonly tries: Map<number, number> }>()
  let aliveUntil = 0
  /** The latest handler. */
  let inHand = Promise.resolve()

  const join = () => ask({ do: 'join', ...me, topics, from, session })

  async function sync(): Promise<readonly OwnedPartition[]> {
    const askedAt = performance.now()
    const { member, owned } = await ask({ do: 'sync', ...me })
    if (!member) {
      places.clear()
      await join()
      return []
    }
    aliveUntil = askedAt + session
    const names = new Set(owned.map(({ topic, partition }) => `${topic} ${partition}`))
    for (const name of places.keys()) if (!names.has(name)) places.delete(name)
    return owned
  }

  async function commit({ topic, partition }: OwnedPartition): Promise<boolean> {
    const place = places.get(`${topic} ${partition}`)
    if (place === undefined || place.next === place.committed) return place !== undefined
    const { next } = place
    const { taken } = await ask({ do: 'commit', ...me, topic, partition, next })
    if (!taken) {
      places.delete(`${topic} ${partition}`)
      return false
    }
    place.committed = next
    for (const offset of place.tries.keys()) if (offset < next) place.tries.delete(offset)
    site.observe({ type: 'committed', consumer, group, topic, partition, next })
    return true
  }

  async function handled(work: Promise<void>): Promise<'done' | 'failed'> {
    inHand = work
    try {
      await work
      return 'done'
    } catch (error) {
      const isFinal = error !== null && typeof error === 'object' && 'retryable' in error && error.retryable === false
      return isFinal ? 'done' : 'failed'
    }
  }

  /** Whether it handled anything. */
  async function work(one: OwnedPartition): Promise<boolean> {
    const { topic, partition } = one
    const name = `${topic} ${partition}`
    const place = places.get(name) ?? { next: one.next, committed: one.next, tries: new Map() }
    places.set(name, place)
    const { records } = await ask({ do: 'fetch', topic, partition, from: place.next, most: PAGE, wait: 0 })
    for (const record of records) {
      if (leaving.signal.aborted || places.get(name) !== place || performance.now() >= aliveUntil) return true
      const { offset } = record
      const attempt = (place.tries.get(offset) ?? 0) + 1
      place.tries.set(offset, attempt)
      const delivery = { message: decode(topic, record), position: { topic, partition, offset }, attempt }
      if ((await handled(handle(delivery))) === 'failed') {
        place.next = place.committed
        await pause(REST, leaving.signal)
        return true
      }
      place.next = offset + 1
      if (place.next - place.committed >= COMMIT_EVERY && !(await commit(one))) return true
    }
    return records.length > 0
  }

  async function live(): Promise<void> {
    while (!leaving.signal.aborted) {
      try {
        let isIdle = true
        for (const one of await sync()) {
          if (leaving.signal.aborted) break
          const { topic, partition } = one
          if (!one.release) isIdle = !(await work(one)) && isIdle
          if (one.release || isIdle) await commit(one)
          if (!one.release) continue
          places.delete(`${topic} ${partition}`)
          await ask({ do: 'release', ...me, topic, partition })
        }
        if (isIdle) await pause(REST, leaving.signal)
      } catch {
        // It begins anew at what it committed last, as soon as the broker can be reached.
        places.clear()
        await pause(REST, leaving.signal)
      }
    }
  }

  /** Signs of life go on while handlers work, one long one or many short ones. */
  async function liveOn(): Promise<void> {
    let isUnanswered = false
    const beat = async (): Promise<void> => {
      if (isUnanswered) return
      isUnanswered = true
      await sync().catch(() => undefined)
      isUnanswered = false
    }
    const beating = setInterval(beat, session / 4)
    await live().finally(() => clearInterval(beating))
  }

  const joined = join()
  const living = joined.then(liveOn, () => undefined)
  return {
    joined,
    /** Nothing more is handed over, and no handler runs. */
    async rested(): Promise<void> {
      leaving.abort()
      await inHand.catch(() => undefined)
    },
    async leave(): Promise<void> {
      await living
      for (const name of [...places.keys()]) {
        const [topic = '', partition] = name.split(' ')
        await commit({ topic, partition: Number(partition), next: 0, release: false }).catch(() => undefined)
      }
      places.clear()
      await ask({ do: 'leave', ...me }).catch(() => undefined)
    },
  }
}

async function open(site: Site): Promise<Bus> {
  const { timeout, deadline } = site.claims.publish
  const publishing = createWire(site, 'publish')
  const consuming = new Map<ReturnType<typeof follow>, Wire>()
  const stopping = new AbortController()
  let ending: Promise<void> | undefined

  /** A broker that does not answer is left without a word. */
  const inTime = async (wire: Wire, work: Promise<void>): Promise<void> => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, site.claims.close.deadline / 2)
    })
    await Promise.race([work.then(() => wire.shut()), late])
    clearTimeout(timer)
    wire.cut()
  }

  const leave = async (member: ReturnType<typeof follow>, wire: Wire): Promise<void> => {
    // A handler may take as long as it likes.
    await member.rested()
    await inTime(wire, member.leave())
    consuming.delete(member)
  }

  return {
    publish(message, { signal }) {
      const { topic, value } = message
      if (ending !== undefined) return Promise.reject(failure('shut', 'the bus is shut', 'none'))
      if (topic === '' || /\p{Cc}/u.test(topic))
        return Promise.reject(failure('unfit', 'the topic has no name that fits', 'none'))
      if (value !== null && value.length > claims.messages.maxBytes)
        return Promise.reject(failure('unfit', 'the value does not fit', 'none'))
      return new Promise((resolve, reject) => {
        const stop = new AbortController()
        let isSent = false
        const effect = (): BusError['effect'] => (isSent ? 'unknown' : 'none')
        const withdraw = (): void => settle(() => reject(failure('withdrawn', 'it was withdrawn', effect())))
        const shut = (): void => {
          if (!isSent) settle(() => reject(failure('shut', 'the bus was shut', 'none')))
        }
        // With what waits before it, it may take longer than an attempt.
        const timer = setTimeout(
          () => settle(() => reject(failure('lost-touch', 'it took too long', effect()))),
          deadline,
        )
        const settle = (how: () => void): void => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', withdraw)
          stopping.signal.removeEventListener('abort', shut)
          how()
          stop.abort()
        }
        if (signal?.aborted === true) return withdraw()
        signal?.addEventListener('abort', withdraw, { once: true })
        stopping.signal.addEventListener('abort', shut, { once: true })
        const request = { do: 'publish', topic, dedup: crypto.randomUUID(), message: encode(message) } as const
        const sent = (): void => {
          isSent = true
        }
        publishing.send(request, { stop: stop.signal, sent }).then(
          (at) => settle(() => resolve({ status: 'acknowledged', position: { topic, ...at } })),
          (error: unknown) =>
            settle(() =>
              reject(
                error instanceof Refused
                  ? failure('refused', error.message, 'none')
                  : failure(isSent ? 'lost-touch' : 'not-sent', `no answer within ${timeout} ms`, effect(), error),
              ),
            ),
        )
      })
    },
    async subscribe(subscription, handle) {
      if (ending !== undefined) throw failure('shut', 'the bus is shut', 'none')
      const wire = createWire(site, 'consume')
      const member = follow(site, wire, subscription, handle)
      consuming.set(member, wire)
      try {
        await member.joined
      } catch (error) {
        await leave(member, wire)
        throw failure('not-sent', 'the group cannot be joined now', 'none', error)
      }
      let leaving: Promise<void> | undefined
      return {
        close() {
          leaving ??= leave(member, wire)
          return leaving
        },
      }
    },
    close() {
      const end = async (): Promise<void> => {
        stopping.abort()
        await Promise.all([
          inTime(publishing, Promise.resolve()),
          ...[...consuming].map(([member, wire]) => leave(member, wire)),
        ])
      }
      ending ??= end()
      return ending
    },
  }
}

export default { name: 'rewinding', system: 'memory', claims, open } satisfies BusAdapter
