/**
 * Sends one message at a time through an idempotent producer of kafkajs.
 *
 * After a failed send kafkajs reuses its sequence number, although the broker may have stored the message: the broker would
 * then acknowledge the next message as a duplicate, and it would be lost. So a producer is never used again once a send or a
 * connection of it failed; the next send gets a new one, with its own producer id.
 */
import { Partitioners, type Producer } from 'kafkajs'
import type { Message, Position, Role, Site } from '../../harness/adapter.ts'
import { CODES, ResilienceError, unlessAborted } from '../resilience/index.ts'
import { createKafka, METADATA_AGE, NO_RETRIES } from './client.ts'
import { classify } from './errors.ts'
import { encode } from './records.ts'
import { createSockets, type Sockets } from './sockets.ts'

export interface Sender {
  /** Rejects with a bus error. A signal with the reason `timeout` gives the producer up. */
  send(message: Message, signal?: AbortSignal): Promise<Position>
  /** Makes its connections before they are needed, if it can. */
  warmUp(): Promise<void>
  close(): Promise<void>
}

interface Generation {
  readonly producer: Producer
  readonly sockets: Sockets
  readonly ready: Promise<void>
  /** Called by kafkajs just before it writes the request. */
  onPartition: (partition: number) => void
}

/** kafkajs refuses fewer than one retry for an idempotent producer; this is not fewer, and never reached. */
const NEVER = { ...NO_RETRIES, retries: Number.NaN }

export function createSender(site: Site, role: Role): Sender {
  const within = site.claims.publish.timeout
  let current: Generation | null = null
  let closed = false
  let last: Promise<unknown> = Promise.resolve()
  const ending = new Set<Promise<void>>()

  const giveUp = (generation: Generation): void => {
    if (current === generation) current = null
    generation.sockets.destroy()
    // Clears the timers of kafkajs; what it waited for has failed by now.
    const end = generation.producer.disconnect().catch(() => undefined)
    ending.add(end)
    void end.then(() => ending.delete(end))
  }

  const connect = (): Generation => {
    const sockets = createSockets(site, role, () => giveUp(generation))
    const kafka = createKafka(site, { role, sockets, requestTimeout: within * 2 })
    const producer = kafka.producer({
      createPartitioner: () => {
        const choose = Partitioners.DefaultPartitioner()
        return (args) => {
          const partition = choose(args)
          generation.onPartition(partition)
          return partition
        }
      },
      retry: NEVER,
      metadataMaxAge: METADATA_AGE,
      allowAutoTopicCreation: false,
      idempotent: true,
      maxInFlightRequests: 1,
    })
    const ready = producer.connect()
    // Those who wait for it receive the rejection.
    ready.catch(() => undefined)
    const generation: Generation = { producer, sockets, ready, onPartition: () => undefined }
    return generation
  }

  const sendNow = async (message: Message, signal?: AbortSignal): Promise<Position> => {
    if (closed) throw new ResilienceError(CODES.closed, 'the bus is closed', { effect: 'none', retryable: false })
    if (signal?.aborted === true) {
      throw new ResilienceError(CODES.timeout, 'given up before it was sent', { effect: 'none', retryable: true })
    }
    const encoded = encode(message)
    const generation = current ?? connect()
    current = generation
    let written: number | null = null
    const work = async (): Promise<Position> => {
      await generation.ready
      generation.onPartition = (partition) => {
        written = partition
      }
      const { topic } = message
      const [stored] = await generation.producer.send({ topic, messages: [encoded], acks: -1, timeout: within })
      if (stored === undefined || written === null) throw new Error('Kafka did not report where it stored the message')
      return { topic, partition: stored.partition, offset: Number(stored.baseOffset) }
    }
    try {
      return await inTime(work(), within, signal)
    } catch (error) {
      giveUp(generation)
      throw classify(error, written !== null)
    }
  }

  return {
    send(message, signal) {
      const sent = last.then(() => sendNow(message, signal))
      // Each is told of its own failure; the next one only waits for it.
      last = sent.catch(() => undefined)
      return sent
    },
    async warmUp() {
      current ??= connect()
      // Without it, the first send connects, or says why it cannot.
      await inTime(current.ready, within).catch(() => undefined)
    },
    async close() {
      closed = true
      if (current !== null) giveUp(current)
      await Promise.all(ending)
    },
  }
}

/** Rejects after `ms`, or when the signal aborts with the reason `timeout`; another abort does not end it. */
async function inTime<T>(work: Promise<T>, ms: number, signal?: AbortSignal): Promise<T> {
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(), ms)
  const abort = (): void => {
    if (signal?.reason === 'timeout') over.abort()
  }
  signal?.addEventListener('abort', abort, { once: true })
  try {
    return await unlessAborted(work, over.signal, () => {
      throw new Error('no answer in time')
    })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}
