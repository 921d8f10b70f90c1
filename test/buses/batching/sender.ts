import type { BusError, Message, Receipt, Site } from '../../../harness/adapter.ts'
import { claimed, encode, type Line, type LineKeeper, Refused } from '../line.ts'

/** How long what is published waits for more to go with it, ms. */
const LINGER = 4

/** An error of its own class, whose properties say everything. */
export class BatchingError extends Error implements BusError {
  readonly code: string
  readonly effect: 'none' | 'unknown'
  readonly retryable: boolean
  constructor(code: string, message: string, effect: 'none' | 'unknown', retryable: boolean, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.effect = effect
    this.retryable = retryable
  }
}

interface Entry {
  readonly message: Message
  readonly op: string
  readonly dedup: string
  /** Messages of one line go one after the other. */
  readonly line: string | null
  attempt: number
  effect: 'none' | 'unknown'
  /** Of the last attempt that failed. */
  failure: BatchingError | undefined
  state: 'waiting' | 'on the wire' | 'backing off' | 'settled'
  timer: NodeJS.Timeout | undefined
  /** Ends the connection that it was sent on. */
  cut: () => void
  readonly settle: (outcome: Receipt | BusError) => void
}

export function createSender(site: Site, keeper: LineKeeper) {
  const { publish: times, messages } = site.claims
  const retry = claimed(site.claims.retry)
  /** In the order in which they were published; one that failed keeps its place. */
  const entries: Entry[] = []
  const flushing = new Set<{ readonly left: Set<Entry>; readonly done: () => void }>()
  let linger: NodeJS.Timeout | undefined
  let isClosed = false
  let whenEmpty: (() => void) | undefined

  const closedError = (effect: 'none' | 'unknown' = 'none', cause?: unknown) =>
    new BatchingError('closed', 'this bus is closed', effect, false, cause)

  const soon = (): void => {
    linger ??= setTimeout(() => {
      linger = undefined
      void sendAll()
    }, LINGER)
  }

  /** The first of each line that waits, unless another one of its line is before it. */
  const takeBatch = (): Entry[] => {
    const lines = new Set<string>()
    return entries.filter(({ line, state }) => {
      const isFirst = line === null || !lines.has(line)
      if (line !== null) lines.add(line)
      return isFirst && state === 'waiting'
    })
  }

  async function sendAll(): Promise<void> {
    const batch = takeBatch()
    for (const entry of batch) begin(entry)
    if (batch.length === 0) return
    let line: Line
    try {
      line = await keeper.get()
    } catch (cause) {
      for (const entry of batch)
        failed(entry, entry.attempt, new BatchingError('disconnected', 'no connection', 'none', true, cause))
      return
    }
    for (const entry of batch) void request(entry, entry.attempt, line)
  }

  const begin = (entry: Entry): void => {
    entry.attempt += 1
    entry.state = 'on the wire'
    const { op, attempt } = entry
    site.observe({ type: 'attempt-began', op, attempt })
    entry.timer = setTimeout(() => {
      failed(entry, attempt, new BatchingError('timeout', `no answer for ${times.timeout} ms`, entry.effect, true))
      entry.cut()
    }, times.timeout)
  }

  const isUnderWay = (entry: Entry, attempt: number): boolean =>
    entry.state === 'on the wire' && entry.attempt === attempt

  async function request(entry: Entry, attempt: number, line: Line): Promise<void> {
    if (!isUnderWay(entry, attempt)) return
    const { message, dedup, op } = entry
    const effectBefore = entry.effect
    entry.effect = 'unknown'
    entry.cut = line.cut
    try {
      const place = await line.ask({ do: 'publish', topic: message.topic, dedup, message: encode(message) })
      if (!isUnderWay(entry, attempt)) return
      site.observe({ type: 'attempt-ended', op, attempt, outcome: 'ok' })
      settle(entry, { status: 'acknowledged', position: { topic: message.topic, ...place } })
    } catch (cause) {
      if (!isUnderWay(entry, attempt)) return
      if (!(cause instanceof Refused))
        return failed(entry, attempt, new BatchingError('disconnected', 'the connection broke', 'unknown', true, cause))
      entry.effect = effectBefore
      failed(entry, attempt, new BatchingError('rejected', cause.message, effectBefore, false))
    }
  }

  const failed = (entry: Entry, attempt: number, error: BatchingError): void => {
    if (!isUnderWay(entry, attempt)) return
    clearTimeout(entry.timer)
    entry.failure = error
    const { op, effect } = entry
    site.observe({ type: 'attempt-ended', op, attempt, outcome: 'failed', error })
    const final =
      effect === error.effect
        ? error
        : new BatchingError(error.code, error.message, effect, error.retryable, error.cause)
    if (!error.retryable || attempt > retry.retries || isClosed) {
      settle(entry, error.retryable && attempt <= retry.retries ? closedError(effect, error) : final)
      return
    }
    const wait = Math.min(retry.cap, retry.base * retry.factor ** (attempt - 1))
    const { low, high } = retry.jitter
    entry.state = 'backing off'
    entry.timer = setTimeout(
      () => {
        entry.state = 'waiting'
        void sendAll()
      },
      Math.ceil(wait * (low + (high - low) * Math.random())),
    )
  }

  const settle = (entry: Entry, outcome: Receipt | BusError): void => {
    clearTimeout(entry.timer)
    entry.state = 'settled'
    entries.splice(entries.indexOf(entry), 1)
    entry.settle(outcome)
    for (const flush of flushing) if (flush.left.delete(entry) && flush.left.size === 0) flush.done()
    if (entries.length === 0) whenEmpty?.()
    else if (!isClosed) soon()
  }

  const giveUp = (entry: Entry, code: string, text: string): void => {
    if (entry.state === 'settled') return
    const { op, attempt, effect, failure } = entry
    const error = new BatchingError(code, text, effect, code === 'overdue', failure)
    if (entry.state === 'on the wire') site.observe({ type: 'attempt-ended', op, attempt, outcome: 'cancelled', error })
    settle(entry, error)
  }

  const send = (message: Message, op: string, signal?: AbortSignal): Promise<Receipt> =>
    new Promise((resolve, reject) => {
      if (isClosed) return reject(closedError())
      if (signal?.aborted === true)
        return reject(new BatchingError('aborted', 'aborted before it began', 'none', false))
      const bad = badness(message, messages.maxBytes)
      if (bad !== null) return reject(new BatchingError('bad message', bad, 'none', false))
      const abort = (): void => giveUp(entry, 'aborted', 'aborted by its caller')
      const deadline = setTimeout(() => giveUp(entry, 'overdue', 'it took too long'), times.deadline)
      const entry: Entry = {
        message,
        op,
        dedup: crypto.randomUUID(),
        line: message.key === null ? null : `${message.topic}\n${Buffer.from(message.key).toString('base64')}`,
        attempt: 0,
        effect: 'none',
        failure: undefined,
        state: 'waiting',
        timer: undefined,
        cut: () => undefined,
        settle(outcome) {
          clearTimeout(deadline)
          signal?.removeEventListener('abort', abort)
          if ('status' in outcome) resolve(outcome)
          else reject(outcome)
        },
      }
      signal?.addEventListener('abort', abort, { once: true })
      entries.push(entry)
      soon()
    })

  return {
    send,
    closedError,
    flush: () =>
      new Promise<void>((resolve) => {
        if (entries.length === 0) return resolve()
        const flush = {
          left: new Set(entries),
          done: () => {
            flushing.delete(flush)
            resolve()
          },
        }
        flushing.add(flush)
      }),
    async close() {
      isClosed = true
      clearTimeout(linger)
      for (const entry of [...entries]) if (entry.state !== 'on the wire') giveUp(entry, 'closed', 'this bus is closed')
      if (entries.length > 0) await new Promise<void>((resolve) => (whenEmpty = resolve))
    },
  }
}

function badness({ topic, value }: Message, most: number): string | null {
  if (!topic) return 'empty topic'
  for (const letter of topic) if (/\p{Cc}/u.test(letter)) return 'control character in topic'
  return (value?.length ?? 0) > most ? `value longer than ${most} bytes` : null
}
