import type { Bus, BusError, Message, Receipt, Site } from '../../../harness/adapter.ts'
import { claimed, encode, type LineKeeper, Refused } from '../line.ts'
import { TableBreaker } from './breaker.ts'
import { CODES, delayOf, problem } from './problem.ts'

/** One publish, with callbacks. */
interface Order {
  readonly op: string
  readonly message: Message
  readonly dedup: string
  attempt: number
  step: 'queued' | 'sending' | 'waiting' | 'done'
  effect: BusError['effect']
  /** Of the last attempt that failed. */
  failure: BusError | undefined
  timer: NodeJS.Timeout | undefined
  tell: ((ending: 'ok' | 'failure' | 'nothing') => void) | null
  readonly done: (error: BusError | null, receipt?: Receipt) => void
}

/** Takes orders: those of one key go one after the other, those without at once. */
export function createDesk(site: Site, keeper: LineKeeper) {
  const { publish: times, messages } = site.claims
  const retry = claimed(site.claims.retry)
  const breaker = new TableBreaker(claimed(site.claims.breaker), (from, to) =>
    site.observe({ type: 'breaker-changed', from, to }),
  )
  const queues = new Map<string, Order[]>()
  const orders = new Set<Order>()
  const desk = `${site.node}-${crypto.randomUUID()}`
  let count = 0
  let isClosed = false
  let onIdle = (): void => undefined

  const queueOf = ({ message: { topic, key } }: Order): Order[] => {
    const name = key === null ? `#${count}` : `${topic}:${Buffer.from(key).toString('base64url')}`
    const queue = queues.get(name) ?? []
    queues.set(name, queue)
    return queue
  }

  const finish = (order: Order, error: BusError | null, receipt?: Receipt): void => {
    clearTimeout(order.timer)
    order.step = 'done'
    order.tell?.(error === null ? 'ok' : 'nothing')
    order.tell = null
    orders.delete(order)
    order.done(error, receipt)
    for (const [name, queue] of queues) {
      if (!queue.includes(order)) continue
      const wasFirst = queue[0] === order
      queue.splice(queue.indexOf(order), 1)
      if (queue.length === 0) queues.delete(name)
      else if (wasFirst) begin(queue[0] as Order)
      break
    }
    if (orders.size === 0) onIdle()
  }

  const stop = (order: Order, code: string, text: string): void => {
    if (order.step === 'done') return
    const { op, attempt, effect, failure } = order
    const error = problem(code, text, { effect, retryable: code === CODES.deadline, cause: failure })
    if (order.step === 'sending') site.observe({ type: 'attempt-ended', op, attempt, outcome: 'cancelled', error })
    finish(order, error)
  }

  /** The breaker is asked once for each publish. */
  const begin = (order: Order): void => {
    order.tell = breaker.letIn()
    if (order.tell === null) finish(order, refusal())
    else sendOnce(order)
  }

  const refusal = (): BusError => problem(CODES.open, 'the breaker is open', { effect: 'none', retryable: true })

  const sendOnce = (order: Order): void => {
    order.step = 'sending'
    order.attempt += 1
    const { op, attempt, message, dedup } = order
    const isCurrent = (): boolean => order.step === 'sending' && order.attempt === attempt
    site.observe({ type: 'attempt-began', op, attempt })
    let cut = (): void => undefined
    order.timer = setTimeout(() => {
      if (!isCurrent()) return
      fail(
        order,
        problem(CODES.timeout, `no answer within ${times.timeout} ms`, { effect: order.effect, retryable: true }),
      )
      cut()
    }, times.timeout)
    keeper
      .get()
      .then((line) => {
        if (!isCurrent()) return
        cut = line.cut
        const before = order.effect
        order.effect = 'unknown'
        return line.ask({ do: 'publish', topic: message.topic, dedup, message: encode(message) }).then(
          (place) => {
            if (!isCurrent()) return
            site.observe({ type: 'attempt-ended', op, attempt, outcome: 'ok' })
            finish(order, null, { status: 'acknowledged', position: { topic: message.topic, ...place } })
          },
          (cause: unknown) => {
            if (!isCurrent()) return
            if (!(cause instanceof Refused)) throw cause
            order.effect = before
            fail(order, problem(CODES.rejected, cause.message, { effect: before, retryable: false }))
          },
        )
      })
      .catch((cause: unknown) => {
        if (!isCurrent()) return
        fail(
          order,
          problem(CODES.connection, 'the connection failed', { effect: order.effect, retryable: true, cause }),
        )
      })
  }

  const fail = (order: Order, error: BusError): void => {
    const { op, attempt } = order
    clearTimeout(order.timer)
    order.failure = error
    site.observe({ type: 'attempt-ended', op, attempt, outcome: 'failed', error })
    if (!error.retryable || attempt > retry.retries) {
      order.tell?.(error.retryable ? 'failure' : 'nothing')
      order.tell = null
      finish(order, error)
      return
    }
    order.step = 'waiting'
    order.timer = setTimeout(() => sendOnce(order), Math.ceil(delayOf(retry, attempt)))
  }

  const publish: Bus['publish'] = (message, { op, signal }) =>
    new Promise((resolve, reject) => {
      const refuse = (code: string, text: string): void =>
        reject(problem(code, text, { effect: 'none', retryable: false }))
      if (isClosed) return refuse(CODES.closed, 'the bus is closed')
      if (message.topic === '') return refuse(CODES.invalid, 'the topic must have a name')
      if (/\p{Cc}/u.test(message.topic)) return refuse(CODES.invalid, "a topic's name has no control characters")
      if (message.value !== null && message.value.length > messages.maxBytes)
        return refuse(CODES.invalid, `a value has at most ${messages.maxBytes} bytes`)
      if (signal?.aborted === true) return refuse(CODES.aborted, 'aborted')
      if (breaker.isShut) return reject(refusal())
      const abort = (): void => stop(order, CODES.aborted, 'aborted')
      const deadline = setTimeout(() => stop(order, CODES.deadline, 'its time is over'), times.deadline)
      const order: Order = {
        op,
        message,
        dedup: `${desk}-${count++}`,
        attempt: 0,
        step: 'queued',
        effect: 'none',
        failure: undefined,
        timer: undefined,
        tell: null,
        done(error, receipt) {
          clearTimeout(deadline)
          signal?.removeEventListener('abort', abort)
          if (error !== null) reject(error)
          else if (receipt !== undefined) resolve(receipt)
        },
      }
      signal?.addEventListener('abort', abort, { once: true })
      orders.add(order)
      const queue = queueOf(order)
      if (queue.push(order) === 1) begin(order)
    })

  return {
    publish,
    breaker: {
      reset: async () => breaker.input('reset'),
      isolate: async () => breaker.input('isolate'),
    },
    /** Drains; what has not gone out after half of the time is given up. */
    async close(): Promise<void> {
      isClosed = true
      if (orders.size > 0) {
        const timer = setTimeout(() => {
          for (const order of [...orders]) stop(order, CODES.closed, 'the bus is closed')
        }, site.claims.close.deadline / 2)
        await new Promise<void>((resolve) => {
          onIdle = resolve
        })
        clearTimeout(timer)
      }
      breaker.input('shut down')
    },
  }
}
