import { setTimeout as sleep } from 'node:timers/promises'
import type { Bus, BusError, Message, Position, Site } from '../../../harness/adapter.ts'
import { claimed, encode, Refused } from '../line.ts'
import { orAborted, StreamError } from './errors.ts'
import type { Pool } from './pool.ts'

const BACKLOG = 5_000

/** A publish under way. */
interface Flow {
  readonly message: Message
  readonly op: string
  /** Aborts when it is given up. */
  readonly over: AbortSignal
  /** Aborts `over` when the bus closes and nothing of it is on the wire. */
  readonly closed: AbortController
  isOnWire: boolean
  effect: BusError['effect']
  /** Of the last attempt that failed: why it was not published before it was given up. */
  failure: StreamError | undefined
}

export function createOutlet(site: Site, pool: Pool) {
  const { publish: times, messages } = site.claims
  const retry = claimed(site.claims.retry)
  const flows = new Map<Flow, Promise<Position>>()
  const lasts = new Map<string, Promise<unknown>>()
  const totals = { sent: 0, failed: 0, bytes: 0 }
  let isClosed = false

  const givenUp = ({ closed, over, effect, failure }: Flow): StreamError => {
    if (closed.signal.aborted) return new StreamError('closed', 'the bus is closed', effect, failure)
    const isLate = over.reason instanceof Error && over.reason.name === 'TimeoutError'
    return isLate
      ? new StreamError('deadline', `not published within ${times.deadline} ms`, effect, failure)
      : new StreamError('aborted', 'the publish was aborted', effect, failure)
  }

  async function request(flow: Flow, within: AbortSignal): Promise<Position> {
    using keeper = await pool.borrow(within)
    const line = await orAborted(keeper.get(), within)
    const before = flow.effect
    const { message } = flow
    flow.effect = 'unknown'
    try {
      const asked = line.ask({ do: 'publish', topic: message.topic, dedup: null, message: encode(message) })
      return { topic: message.topic, ...(await orAborted(asked, within)) }
    } catch (error) {
      if (error instanceof Refused) flow.effect = before
      else if (within.aborted && !flow.over.aborted) line.cut()
      throw error
    }
  }

  const failureOf = (flow: Flow, within: AbortSignal, thrown: unknown): StreamError => {
    if (flow.over.aborted) return givenUp(flow)
    if (thrown instanceof Refused) return new StreamError('rejected', thrown.message, flow.effect)
    if (within.aborted) return new StreamError('timeout', `no answer within ${times.timeout} ms`, flow.effect)
    return new StreamError('broken', 'the connection broke', flow.effect, thrown)
  }

  async function attempt(flow: Flow, number: number): Promise<Position> {
    const { op, over } = flow
    const within = AbortSignal.any([over, AbortSignal.timeout(times.timeout)])
    flow.isOnWire = true
    site.observe({ type: 'attempt-began', op, attempt: number })
    try {
      const position = await request(flow, within)
      site.observe({ type: 'attempt-ended', op, attempt: number, outcome: 'ok' })
      return position
    } catch (thrown) {
      const error = failureOf(flow, within, thrown)
      const outcome = over.aborted ? 'cancelled' : 'failed'
      site.observe({ type: 'attempt-ended', op, attempt: number, outcome, error })
      if (outcome === 'failed') flow.failure = error
      throw error
    } finally {
      flow.isOnWire = false
    }
  }

  async function flowOn(flow: Flow): Promise<Position> {
    for (let number = 1; ; number++) {
      if (flow.over.aborted) throw givenUp(flow)
      try {
        return await attempt(flow, number)
      } catch (error) {
        const isOver = !(error instanceof StreamError) || !error.retryable || number > retry.retries
        if (isOver || flow.over.aborted) throw error
        if (isClosed) throw new StreamError('closed', 'the bus is closed', flow.effect, error)
        const { low, high } = retry.jitter
        const wait = Math.min(retry.cap, retry.base * retry.factor ** (number - 1))
        const draw = low + Math.random() * (high - low)
        // When it is given up, the next round says why.
        await sleep(Math.ceil(wait * draw), undefined, { signal: flow.over }).catch(() => undefined)
      }
    }
  }

  /** One of a key after the other. */
  async function inTurn(flow: Flow): Promise<Position> {
    const { topic, key } = flow.message
    if (key === null) return flowOn(flow)
    const name = JSON.stringify([topic, [...key]])
    const before = lasts.get(name)
    const flowing = (before ?? Promise.resolve()).then(() => flowOn(flow))
    const settled = flowing.catch(() => undefined)
    lasts.set(name, settled)
    void settled.then(() => lasts.get(name) === settled && lasts.delete(name))
    try {
      return await orAborted(flowing, flow.over)
    } catch (error) {
      throw flow.over.aborted ? givenUp(flow) : error
    }
  }

  async function checked(message: Message, signal: AbortSignal | undefined): Promise<void> {
    if (isClosed) throw new StreamError('closed', 'the bus is closed', 'none')
    if (message.topic === '') throw new StreamError('invalid', 'the topic is empty', 'none')
    if (/\p{Cc}/u.test(message.topic)) throw new StreamError('invalid', 'the topic has control characters', 'none')
    if (message.value !== null && message.value.byteLength > messages.maxBytes)
      throw new StreamError('invalid', 'the value is too large', 'none')
    if (signal?.aborted === true) throw new StreamError('aborted', 'the publish was aborted', 'none')
    if (flows.size >= BACKLOG) throw new StreamError('busy', 'too many publishes are under way', 'none')
  }

  const send: Bus['publish'] = async (message, { op, signal }) => {
    await checked(message, signal)
    const closed = new AbortController()
    const ends = [closed.signal, AbortSignal.timeout(times.deadline), ...(signal === undefined ? [] : [signal])]
    const over = AbortSignal.any(ends)
    const flow: Flow = { message, op, over, closed, isOnWire: false, effect: 'none', failure: undefined }
    const flowing = inTurn(flow)
    flows.set(flow, flowing)
    try {
      return { status: 'acknowledged', position: await flowing }
    } finally {
      flows.delete(flow)
    }
  }

  return {
    async publish(...call: Parameters<Bus['publish']>) {
      try {
        const receipt = await send(...call)
        totals.sent += 1
        totals.bytes += call[0].value?.byteLength ?? 0
        return receipt
      } catch (error) {
        totals.failed += 1
        throw error
      }
    },
    totals: () => ({ ...totals }),
    async drain(): Promise<void> {
      isClosed = true
      for (const { isOnWire, closed } of flows.keys()) if (!isOnWire) closed.abort()
      await Promise.allSettled(flows.values())
    },
  }
}
