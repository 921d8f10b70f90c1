import type { Bus, BusError, Message, Position, PublishOptions, Site } from '../../../harness/adapter.ts'
import { claimed, encode, type LineKeeper, pause, Refused } from '../line.ts'
import { createRateBreaker, type Permit } from './breaker.ts'
import { CODES, fault, waitBefore } from './faults.ts'

/** One publish. */
interface Sending {
  readonly message: Message
  readonly op: string
  /** The same for each attempt, so that the broker stores it once. */
  readonly id: string
  readonly stop: AbortController
  /** Whether an attempt is under way. */
  isTrying: boolean
  /** Whether something of it may have arrived. */
  mayBeStored: boolean
  /** The last attempt that failed is the cause if something else ends the publish. */
  because: { readonly cause?: BusError }
}

const GIVEN_UP: Readonly<Record<string, string>> = {
  [CODES.aborted]: 'the caller aborted the publish',
  [CODES.late]: 'the publish took longer than it may',
  [CODES.closed]: 'the bus is closed',
}

export function createPublisher(site: Site, keeper: LineKeeper) {
  const { publish: times, messages } = site.claims
  const retry = claimed(site.claims.retry)
  const breaker = createRateBreaker(claimed(site.claims.breaker), (from, to) =>
    site.observe({ type: 'breaker-changed', from, to }),
  )
  const session = crypto.randomUUID()
  const sendings = new Map<Sending, Promise<unknown>>()
  /** What was published last, by topic and key. */
  const tails = new Map<string, Promise<unknown>>()
  let count = 0
  let isClosed = false

  const effectOf = ({ mayBeStored }: Sending): BusError['effect'] => (mayBeStored ? 'unknown' : 'none')
  const refused = (sending: Sending): BusError =>
    fault(CODES.open, 'too many publishes failed lately', {
      effect: effectOf(sending),
      retryable: true,
      ...sending.because,
    })
  const givenUp = (sending: Sending): BusError => {
    const code: string = sending.stop.signal.reason
    const retryable = code === CODES.late
    return fault(code, GIVEN_UP[code] ?? code, { effect: effectOf(sending), retryable, ...sending.because })
  }
  /** Rejects as soon as it is given up. */
  const unlessStopped = <T>(sending: Sending, work: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const { signal } = sending.stop
      const stop = (): void => reject(givenUp(sending))
      if (signal.aborted) stop()
      signal.addEventListener('abort', stop, { once: true })
      work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
    })

  /** Rejects with what went wrong on the wire. */
  async function store(sending: Sending): Promise<Position> {
    const { message, id } = sending
    let isOver = false
    let expire = (): void => undefined
    const expired = new Promise<never>((_, reject) => {
      expire = () => reject(fault(CODES.slow, 'the broker did not answer in time', { effect: 'none', retryable: true }))
    })
    let cut = (): void => undefined
    const timer = setTimeout(() => {
      isOver = true
      expire()
      cut()
    }, times.timeout)
    sending.stop.signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
    const sent = async (): Promise<Position> => {
      const line = await keeper.get()
      if (isOver || sending.stop.signal.aborted) throw new Error('it was given up')
      cut = line.cut
      sending.mayBeStored = true
      return {
        topic: message.topic,
        ...(await line.ask({ do: 'publish', topic: message.topic, dedup: id, message: encode(message) })),
      }
    }
    try {
      return await Promise.race([sent(), expired])
    } finally {
      clearTimeout(timer)
    }
  }

  /** Resolves with where it is stored, or with what failed. */
  async function attempt(sending: Sending, number: number, permit: Permit): Promise<Position | BusError> {
    const { op, stop } = sending
    const wasMaybeStored = sending.mayBeStored
    site.observe({ type: 'attempt-began', op, attempt: number })
    sending.isTrying = true
    try {
      const position = await unlessStopped(sending, store(sending))
      site.observe({ type: 'attempt-ended', op, attempt: number, outcome: 'ok' })
      permit.end('good')
      return position
    } catch (thrown) {
      if (thrown instanceof Refused) sending.mayBeStored = wasMaybeStored
      const error = stop.signal.aborted ? givenUp(sending) : failure(sending, thrown)
      const outcome = stop.signal.aborted ? 'cancelled' : 'failed'
      site.observe({ type: 'attempt-ended', op, attempt: number, outcome, error })
      if (outcome === 'failed') sending.because = { cause: error }
      permit.end(outcome === 'failed' && error.retryable ? 'bad' : 'neither')
      return error
    } finally {
      sending.isTrying = false
    }
  }

  const failure = (sending: Sending, thrown: unknown): BusError => {
    const effect = effectOf(sending)
    if (thrown instanceof Refused) return fault(CODES.refused, thrown.message, { effect, retryable: false })
    if (thrown instanceof Error && 'code' in thrown && thrown.code === CODES.slow)
      return fault(CODES.slow, thrown.message, { effect, retryable: true })
    return fault(CODES.broken, 'the connection failed', { effect, retryable: true, cause: thrown })
  }

  async function send(sending: Sending): Promise<Position> {
    for (let number = 1; ; number++) {
      if (sending.stop.signal.aborted) throw givenUp(sending)
      const permit = breaker.admit()
      if (permit === null) throw refused(sending)
      const result = await attempt(sending, number, permit)
      if ('topic' in result) return result
      if (sending.stop.signal.aborted || !result.retryable || number > retry.retries) throw result
      if (isClosed) sending.stop.abort(CODES.closed)
      await pause(waitBefore(retry, number - 1), sending.stop.signal)
    }
  }

  /** After those of its key that were published before. */
  async function sendInTurn(sending: Sending): Promise<Position> {
    const { topic, key } = sending.message
    if (key === null) return send(sending)
    const name = `${topic} ${Buffer.from(key).toString('hex')}`
    const before = tails.get(name)
    const sent = before === undefined ? send(sending) : before.then(() => send(sending))
    const tail = sent.catch(() => undefined)
    tails.set(name, tail)
    void tail.then(() => tails.get(name) === tail && tails.delete(name))
    return unlessStopped(sending, sent)
  }

  const publish: Bus['publish'] = async (message: Message, { op, signal }: PublishOptions) => {
    const sending: Sending = {
      message,
      op,
      id: `${session}/${count++}`,
      stop: new AbortController(),
      isTrying: false,
      mayBeStored: false,
      because: {},
    }
    if (isClosed) sending.stop.abort(CODES.closed)
    else if (signal?.aborted === true) sending.stop.abort(CODES.aborted)
    if (sending.stop.signal.aborted) throw givenUp(sending)
    const wrong = wrongIn(message, messages.maxBytes)
    if (wrong !== null) throw fault(CODES.invalid, wrong, { effect: 'none', retryable: false })
    if (breaker.refuses()) throw refused(sending)
    const abort = (): void => sending.stop.abort(CODES.aborted)
    const deadline = setTimeout(() => sending.stop.abort(CODES.late), times.deadline)
    signal?.addEventListener('abort', abort, { once: true })
    const sent = sendInTurn(sending)
    sendings.set(sending, sent)
    try {
      return { status: 'acknowledged', position: await sent }
    } finally {
      clearTimeout(deadline)
      signal?.removeEventListener('abort', abort)
      sendings.delete(sending)
    }
  }

  return {
    publish,
    /** What is on the wire ends as it may, and nothing is tried again. */
    async close(): Promise<void> {
      isClosed = true
      for (const { isTrying, stop } of sendings.keys()) if (!isTrying) stop.abort(CODES.closed)
      await Promise.allSettled(sendings.values())
      breaker.shutDown()
    },
  }
}

function wrongIn({ topic, value }: Message, maxBytes: number): string | null {
  if (topic === '') return 'the topic is empty'
  if (/\p{Cc}/u.test(topic)) return 'the topic has control characters'
  return value !== null && value.length > maxBytes ? `the value has more than ${maxBytes} bytes` : null
}
