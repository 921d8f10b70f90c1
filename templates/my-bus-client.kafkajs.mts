/**
 * A small bus on kafkajs: replace it with yours. kafkajs alone does not keep everything that the adapter promises; the comments
 * say where it needs help.
 */
import { connect as connectSocket, type Socket } from 'node:net'
import type { Handler, Header, Message, Position, Role, Site, Subscription } from 'busproof'
import {
  AssignerProtocol,
  type IHeaders,
  Kafka,
  type KafkaMessage,
  logLevel,
  type PartitionAssigner,
  Partitioners,
} from 'kafkajs'
import { isDone, RefusedForGood } from './my-bus-contract.mjs'

/** The system behind it, and the package whose version the certificate shows. */
export const runsOn = { system: 'kafka', client: 'kafkajs' }
/** kafkajs keeps headers in an object, so the order of repeated names, and of names such as `42`, is lost. */
export const messages = { tombstones: true, repeatedHeaders: false, maxBytes: 65_536, headerNames: 'token' } as const

/** The wait between two attempts, ms. */
const PAUSE = 50
/** The time for leaving a group in an orderly way, ms. */
const LEAVE_WITHIN = 1_000
/** The wait of an empty fetch, ms. */
const FETCH_WITHIN = 100

const sleep = () => new Promise<void>((resolve) => setTimeout(resolve, PAUSE))
const ignore = (): void => undefined

/**
 * A client of one role. It ends with the first connection that it loses, because kafkajs would take the bytes of the next
 * connection for the rest of an incomplete response.
 */
function createKafka(site: Site, role: Role) {
  const { timeout } = site.claims.publish
  const sockets = new Set<Socket>()
  const ended = new AbortController()
  const end = (): void => {
    ended.abort()
    for (const socket of sockets) socket.destroy(new Error('another connection was lost'))
  }
  const kafka = new Kafka({
    clientId: `${site.prefix}${site.node}`,
    brokers: site.addresses(role).map(({ host, port }) => `${host}:${port}`),
    connectionTimeout: timeout,
    requestTimeout: timeout,
    retry: { retries: 2, initialRetryTime: PAUSE, maxRetryTime: 4 * PAUSE, restartOnFailure: async () => false },
    logLevel: logLevel.NOTHING,
    // Brokers advertise their own addresses; `route` maps each to the role's link in front of it.
    socketFactory: ({ host, port, onConnect }) => {
      if (ended.signal.aborted) throw new Error('a connection was lost')
      const socket = connectSocket({ ...site.route(role, { host, port }), noDelay: true }, onConnect)
      sockets.add(socket)
      for (const event of ['end', 'error', 'close']) socket.once(event, end)
      return socket
    },
  })
  return { kafka, ended: ended.signal, end }
}

export function connect(site: Site) {
  const leaves = new Set<() => Promise<void>>()
  const producers = createProducers(site)
  let isClosed = false

  async function consume(subscription: Subscription, handle: Handler): Promise<() => Promise<void>> {
    if (isClosed) throw new Error('the client is closed')
    const member = startMember(site, subscription, handle)
    const leave = async (): Promise<void> => {
      await member.leave()
      leaves.delete(leave)
    }
    leaves.add(leave)
    await member.joined
    return leave
  }

  return {
    consume,
    send: producers.send,
    async close(): Promise<void> {
      isClosed = true
      await Promise.all([producers.close(), ...[...leaves].map((leave) => leave())])
    },
  }
}

/** A broker's answer, which kafkajs wraps, that no retry will change. */
const isRefusal = (error: unknown): boolean =>
  error instanceof Error &&
  (('type' in error && 'retriable' in error && error.retriable === false) || isRefusal(error.cause))

function createProducers(site: Site) {
  let current: ReturnType<typeof open> | null = null
  let last: Promise<unknown> = Promise.resolve()
  let isClosed = false

  function open() {
    const { kafka, ended, end } = createKafka(site, 'publish')
    const producer = kafka.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
      retry: { retries: 0 },
    })
    const ready = producer.connect()
    // Each send awaits it, and receives its error.
    ready.catch(ignore)
    const close = async (): Promise<void> => {
      end()
      await producer.disconnect().catch(ignore)
    }
    return { producer, ended, ready, close }
  }

  async function sendNow(message: Message, signal: AbortSignal): Promise<Position> {
    if (signal.aborted || isClosed) throw new Error('cancelled')
    if (current?.ended.aborted) await closeCurrent()
    current ??= open()
    const { ready, producer } = current
    try {
      await ready
      const { topic } = message
      const timeout = site.claims.publish.timeout
      const [stored] = await producer.send({ topic, messages: [encode(message)], acks: -1, timeout })
      if (stored?.baseOffset === undefined) throw new Error('Kafka did not report where it stored the message')
      return { topic, partition: stored.partition, offset: Number(stored.baseOffset) }
    } catch (error) {
      await closeCurrent()
      throw isRefusal(error) ? new RefusedForGood('Kafka refused it', { cause: error }) : error
    }
  }

  async function closeCurrent(): Promise<void> {
    const closing = current
    current = null
    await closing?.close()
  }

  return {
    /** One after another, so that no send overtakes an earlier one. */
    send(message: Message, signal: AbortSignal): Promise<Position> {
      const sent = last.then(() => sendNow(message, signal))
      last = sent.catch(ignore)
      return sent
    },
    async close(): Promise<void> {
      isClosed = true
      await closeCurrent()
      await last
    },
  }
}

/** A member of a group, with a new kafkajs consumer after each lost connection. */
function startMember(site: Site, { group, topics, from }: Subscription, handle: Handler) {
  const { session } = site.claims.consume
  const leaving = new AbortController()
  /** By partition: everything below it was handled here, or precedes the group's start. */
  const handledBelow = new Map<string, number>()
  const attempts = new Map<string, number>()
  let onJoined: () => void = ignore
  const joined = new Promise<void>((resolve) => {
    onJoined = resolve
  })

  async function live(): Promise<void> {
    const { kafka, ended, end } = createKafka(site, 'consume')
    const admin = kafka.admin()
    const consumer = kafka.consumer({
      groupId: group,
      partitionAssigners: [bySubscription],
      sessionTimeout: session,
      rebalanceTimeout: 2 * session,
      heartbeatInterval: Math.floor(session / 8),
      maxWaitTimeInMs: FETCH_WITHIN,
      allowAutoTopicCreation: false,
    })
    let joins = 0
    let begun: Promise<void> = Promise.resolve()
    let busy: Promise<void> = Promise.resolve()
    let running: Promise<void> = Promise.resolve()
    const isOver = (): boolean => ended.aborted || leaving.signal.aborted

    /** Commits where the group begins; otherwise later members would choose for themselves, and skip messages. */
    async function begin(assigned: Readonly<Record<string, readonly number[]>>): Promise<void> {
      for (const join = ++joins; join === joins && !isOver(); await sleep()) {
        const found = await admin.fetchOffsets({ groupId: group, topics: [...topics] })
        const missing = found.flatMap(({ topic, partitions }) =>
          partitions.filter(({ offset }) => offset === '-1').map(({ partition }) => ({ topic, partition })),
        )
        if (missing.length === 0) return
        const mine = missing.filter(({ topic, partition }) => assigned[topic]?.includes(partition))
        const starts = await Promise.all(
          mine.map(async ({ topic, partition }) => {
            const ends = (await admin.fetchTopicOffsets(topic)).find((one) => one.partition === partition)
            return { topic, partition, offset: (from === 'latest' ? ends?.high : ends?.low) ?? '0' }
          }),
        )
        for (const { topic, partition, offset } of starts) handledBelow.set(`${topic}/${partition}`, Number(offset))
        if (starts.length > 0) await consumer.commitOffsets(starts)
      }
    }

    async function work(topic: string, partition: number, record: KafkaMessage, beat: () => Promise<void>) {
      await begun
      const position = { topic, partition, offset: Number(record.offset) }
      const place = `${topic}/${partition}`
      const heart = setInterval(() => beat().catch(ignore), session / 8)
      try {
        while (position.offset >= (handledBelow.get(place) ?? 0)) {
          if (isOver()) throw new Error('the member leaves')
          const attempt = (attempts.get(`${place}@${position.offset}`) ?? 0) + 1
          attempts.set(`${place}@${position.offset}`, attempt)
          if (await isDone(handle({ message: decode(topic, record), position, attempt }))) {
            attempts.delete(`${place}@${position.offset}`)
            handledBelow.set(place, position.offset + 1)
          } else {
            // Rejects if the group assigns its partitions again; the message then comes again.
            await beat()
            await sleep()
          }
        }
      } finally {
        clearInterval(heart)
      }
      await consumer.commitOffsets([{ topic, partition, offset: String(position.offset + 1) }])
    }

    // kafkajs may wait for a response for longer than the group waits for the member.
    const watch = setTimeout(end, 3 * session)
    const { HEARTBEAT, FETCH, GROUP_JOIN, CRASH } = consumer.events
    consumer.on(HEARTBEAT, () => void watch.refresh())
    consumer.on(FETCH, () => void watch.refresh())
    consumer.on(CRASH, end)
    consumer.on(GROUP_JOIN, ({ payload }) => {
      watch.refresh()
      begun = begin(payload.memberAssignment)
      begun.then(() => isOver() || onJoined(), end)
    })
    try {
      await Promise.all([admin.connect(), consumer.connect()])
      await consumer.subscribe({ topics: [...topics], fromBeginning: from === 'earliest' })
      running = consumer.run({
        autoCommit: false,
        eachMessage: ({ topic, partition, message, heartbeat }) => {
          busy = work(topic, partition, message, heartbeat)
          return busy
        },
      })
      await running
      await abortOf(ended, leaving.signal)
    } finally {
      clearTimeout(watch)
      const gone = Promise.allSettled([consumer.disconnect(), admin.disconnect(), running, begun])
      await busy.catch(ignore)
      const timer = setTimeout(end, LEAVE_WITHIN)
      await gone
      clearTimeout(timer)
      end()
    }
  }

  async function liveAgain(): Promise<void> {
    while (!leaving.signal.aborted) {
      await live().catch(ignore)
      await sleep()
    }
  }

  const living = liveAgain()
  return {
    joined: Promise.race([joined, living.then(() => Promise.reject(new Error('the member has left')))]),
    async leave(): Promise<void> {
      leaving.abort()
      await living
    },
  }
}

async function abortOf(...signals: readonly AbortSignal[]): Promise<void> {
  if (signals.some(({ aborted }) => aborted)) return
  await new Promise<void>((resolve) => {
    for (const signal of signals) signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

const { MemberMetadata, MemberAssignment } = AssignerProtocol
const NO_DATA = Buffer.alloc(0)

/** The assigners of kafkajs use only the leader's topics, and omit those that only other members read. */
const bySubscription: PartitionAssigner = ({ cluster }) => ({
  name: 'by-subscription',
  version: 1,
  protocol: ({ topics }) => ({
    name: 'by-subscription',
    metadata: MemberMetadata.encode({ version: 1, topics, userData: NO_DATA }),
  }),
  async assign({ members }) {
    const readers = members
      .map(({ memberId, memberMetadata }) => ({
        memberId,
        topics: MemberMetadata.decode(memberMetadata)?.topics ?? [],
      }))
      .sort((one, other) => (one.memberId < other.memberId ? -1 : 1))
    await cluster.addMultipleTargetTopics([...new Set(readers.flatMap(({ topics }) => topics))])
    const shareOf = (memberId: string, topic: string): number[] => {
      const takers = readers.filter(({ topics }) => topics.includes(topic))
      return cluster
        .findTopicPartitionMetadata(topic)
        .map(({ partitionId }) => partitionId)
        .filter((partition) => takers[partition % takers.length]?.memberId === memberId)
    }
    return readers.map(({ memberId, topics }) => ({
      memberId,
      memberAssignment: MemberAssignment.encode({
        version: 1,
        assignment: Object.fromEntries(topics.map((topic) => [topic, shareOf(memberId, topic)])),
        userData: NO_DATA,
      }),
    }))
  },
})

const buffer = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes))

function encode({ key, value, headers }: Message) {
  const values = new Map<string, Buffer[]>()
  for (const [name, bytes] of headers) values.set(name, [...(values.get(name) ?? []), Buffer.from(bytes)])
  const encoded = Object.fromEntries(values)
  const order = Object.keys(encoded).flatMap((name) => (values.get(name) ?? []).map(() => name))
  if (order.some((name, index) => name !== headers[index]?.[0]))
    throw new Error('kafkajs cannot keep these headers in order')
  return { key: buffer(key), value: buffer(value), headers: encoded }
}

/** kafkajs takes what every object has by such a name, as by `constructor`, for a first value of the header. */
const isInherited = (name: string, value: unknown) => name in {} && value === Reflect.get({}, name)

const decode = (topic: string, { key, value, headers }: KafkaMessage): Message => ({
  topic,
  key,
  value,
  headers: Object.entries<IHeaders[string]>(headers ?? {}).flatMap(([name, values]) =>
    [values]
      .flat()
      .filter((one) => !isInherited(name, one))
      .map((one): Header => [name, Buffer.from(one ?? '')]),
  ),
})
