/**
 * Claims as little as can be: at most once, in no order, without retries. It dials anew for each request, commits a page before it
 * calls a handler, tells no positions, and never reports what it does. A close gives up whatever is under way. All figures are
 * fixed.
 */
import type { Bus, BusAdapter, BusError, Handler, Role, Site, Subscription } from '../../harness/adapter.ts'
import { fixed } from '../../harness/claims.ts'
import type { Answers, OwnedPartition, Request } from '../../systems/memory/protocol.ts'
import { decode, eitherOf, encode, openLine, pause, Refused } from './line.ts'

const WITHIN = 250
const SESSION = 1_000
const POLL = 25
const MAX_BYTES = 4_096

const claims: BusAdapter['claims'] = {
  delivery: 'at-most-once',
  ordering: 'none',
  messages: { tombstones: false, repeatedHeaders: false, maxBytes: MAX_BYTES },
  publish: { timeout: fixed(WITHIN), deadline: fixed(WITHIN) },
  consume: { session: fixed(SESSION), behindFailure: 'go-on' },
  close: { deadline: fixed(1_500) },
  recovery: { deadline: fixed(3_000) },
  errors: { codes: ['NO'] },
}

const no = (message: string, effect: BusError['effect'] = 'none', retryable = true): BusError & Error =>
  Object.assign(new Error(message), { code: 'NO', effect, retryable })

/** One request on a connection of its own. */
async function ask<R extends Request>(
  site: Site,
  role: Role,
  request: R,
  signal: AbortSignal = new AbortController().signal,
): Promise<Answers[R['do']]> {
  let isSent = false
  let stop = (): void => undefined
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(no('given up, or no answer in time', isSent ? 'unknown' : 'none', !signal.aborted))
  })
  const timer = setTimeout(() => stop(), WITHIN)
  signal.addEventListener('abort', stop, { once: true })
  const opening = openLine(site, role)
  try {
    const line = await Promise.race([opening, stopped])
    isSent = true
    return await Promise.race([line.ask(request), stopped])
  } catch (error) {
    if (error instanceof Refused) throw no(error.message, 'none', false)
    if (error instanceof Error && 'code' in error && error.code === 'NO') throw error
    throw Object.assign(no('the network failed', isSent ? 'unknown' : 'none'), { cause: error })
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    opening.then(
      (line) => line.cut(),
      () => undefined,
    )
  }
}

/** Handles pages until the signal aborts. */
async function poll(
  site: Site,
  { group, consumer, topics, from }: Subscription,
  handle: Handler,
  { stop, joined }: { readonly stop: AbortSignal; readonly joined: () => void },
): Promise<void> {
  const me = { group, member: consumer }
  const join = () => ask(site, 'consume', { do: 'join', ...me, topics, from, session: SESSION })
  const running = new Set<Promise<void>>()

  const take = async ({ topic, partition, next }: OwnedPartition): Promise<void> => {
    const { records } = await ask(site, 'consume', { do: 'fetch', topic, partition, from: next, most: 10, wait: 0 })
    const last = records.at(-1)
    if (last === undefined || stop.aborted) return
    const { taken } = await ask(site, 'consume', { do: 'commit', ...me, topic, partition, next: last.offset + 1 })
    if (!taken) return
    for (const record of records) {
      // What fails is lost, as is claimed.
      const handling = handle({ message: decode(topic, record), attempt: 1 }).catch(() => undefined)
      running.add(handling)
      void handling.then(() => running.delete(handling))
    }
  }

  const look = async (): Promise<void> => {
    const { member, owned } = await ask(site, 'consume', { do: 'sync', ...me })
    if (!member) return void (await join())
    joined()
    for (const one of owned) {
      if (stop.aborted) return
      const { topic, partition } = one
      if (one.release) await ask(site, 'consume', { do: 'release', ...me, topic, partition })
      else await take(one)
    }
  }

  while (!stop.aborted) {
    await look().catch(() => undefined)
    await pause(POLL, stop)
  }
  joined()
  await ask(site, 'consume', { do: 'leave', ...me }).catch(() => undefined)
  await Promise.all(running)
}

async function open(site: Site): Promise<Bus> {
  const closing = new AbortController()
  const pending = new Set<Promise<unknown>>()
  const during = <T>(work: Promise<T>): Promise<T> => {
    const settled = work.catch(() => undefined)
    pending.add(settled)
    void settled.then(() => pending.delete(settled))
    return work
  }
  return {
    async publish(message, { signal }) {
      if (closing.signal.aborted) throw no('closed', 'none', false)
      if (message.topic === '' || /\p{Cc}/u.test(message.topic)) throw no('bad topic', 'none', false)
      if ((message.value?.length ?? 0) > MAX_BYTES) throw no('value too long', 'none', false)
      if (signal?.aborted === true) throw no('aborted', 'none', false)
      const request = { do: 'publish', topic: message.topic, dedup: null, message: encode(message) } as const
      using given = eitherOf(closing.signal, signal ?? closing.signal)
      await during(ask(site, 'publish', request, given.signal))
      return { status: 'acknowledged' }
    },
    async subscribe(subscription, handle) {
      if (closing.signal.aborted) throw no('closed', 'none', false)
      const leaving = new AbortController()
      const stop = AbortSignal.any([leaving.signal, closing.signal])
      let polling = Promise.resolve()
      await new Promise<void>((joined) => {
        polling = during(poll(site, subscription, handle, { stop, joined }))
      })
      return {
        async close() {
          leaving.abort()
          await polling
        },
      }
    },
    async close() {
      closing.abort()
      await Promise.all(pending)
    },
  }
}

export default { name: 'at most once', system: 'memory', claims, open } satisfies BusAdapter
