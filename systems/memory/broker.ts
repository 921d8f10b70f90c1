/** The embedded broker: answers requests that arrive on wires, and reports to its witness. */
import type { Position, Role, Row, Wire } from '../../harness/adapter.ts'
import { SiteError } from '../../harness/errors.ts'
import { opIn } from '../../harness/history/op.ts'
import type { StoredMessage, SystemServer, TopicSpec, WitnessEvent } from '../../harness/system-contract.ts'
import { createGroups, type Groups } from './groups.ts'
import { createIds } from './ids.ts'
import { createLog, type Log } from './log.ts'
import {
  type Answer,
  decodeKey,
  decodeValue,
  type EncodedHeader,
  type EncodedMessage,
  encodeValue,
  type FetchedRecord,
  type PartitionId,
  type Refusal,
  type RequestFrame,
  readFrames,
  writeFrame,
} from './protocol.ts'
import { createTable } from './table.ts'

export interface Broker {
  accept(role: Role, wire: Wire): void
  stored(): StoredMessage[]
  committed(): ReturnType<Groups['committed']>
  /** Sessions (open connections), and group members that have not outlived their session. */
  resources(): { sessions: number; members: number }
  owners(): { members: string[] }
  rows(): readonly Row[]
  /** Stores a record with this value and a header that has a name only, which no codec of this broker's clients writes. */
  poison(topic: string, value: Uint8Array): Position
  /** Drops what it stores of the topic, and of groups of it that have no members, and the rows. */
  forget(topic: string): void
  stop(): void
  /** Its process, which loses its members and connections when it is killed, and what was stored only with its disk. */
  readonly process: SystemServer
}

export interface BrokerOptions {
  readonly topics: readonly TopicSpec[]
  readonly secret: string
  readonly now: () => number
  readonly witness: (event: WitnessEvent) => void
  /** Messages kept in each partition; default a million. */
  readonly retained?: number
}

interface Session {
  readonly wire: Wire
  authenticated: boolean
  readonly endings: Set<() => void>
}

export function createBroker(options: BrokerOptions): Broker {
  let { log, groups, ids, table } = createDisk(options)
  const sessions = new Set<Session>()
  let isUp = true
  const freeze = createFreeze()

  const answerTo = (session: Session, frame: RequestFrame): Answer | Refusal | Promise<Answer> => {
    if (frame.do === 'hello') {
      session.authenticated = frame.token === options.secret
      return session.authenticated ? {} : { code: 'UNAUTHENTICATED', message: "the token is not the broker's" }
    }
    if (!session.authenticated) return { code: 'UNAUTHENTICATED', message: 'say hello first' }
    switch (frame.do) {
      case 'ping':
        return {}
      case 'publish':
        return publish(log, options.witness, frame)
      case 'join': {
        const unknown = frame.topics.find((topic) => log.partitionsOf(topic) === 0)
        if (unknown !== undefined) return unknownTopic(unknown)
        groups.join(frame.group, frame.member, frame)
        return {}
      }
      case 'sync':
        return groups.sync(frame.group, frame.member)
      case 'fetch':
        return fetch(log, session, frame)
      case 'commit':
        return { taken: groups.commit(frame.group, frame.member, frame, frame.next) }
      case 'release':
        groups.release(frame.group, frame.member, frame)
        return {}
      case 'leave':
        groups.leave(frame.group, frame.member)
        return {}
      case 'claim':
        return { verdict: ids.claim(frame) }
      case 'mark':
        ids.mark(frame)
        return {}
      case 'unclaim':
        ids.unclaim(frame)
        return {}
      case 'write': {
        const { row, event, to } = frame
        if (event !== null && log.partitionsOf(event.topic) === 0) return unknownTopic(event.topic)
        if (!table.store(row, to === 'outbox' ? event : null) || event === null || to === 'outbox') return {}
        const published = publish(log, options.witness, event)
        return isRefusal(published) ? published : {}
      }
      case 'outbox':
        return { entries: table.waiting(frame.most) }
      case 'relayed':
        table.relayed(frame.row)
        return {}
      default:
        return { code: 'MALFORMED', message: 'the broker does not know this request' }
    }
  }

  const disconnect = (): void => {
    for (const session of [...sessions]) {
      for (const end of [...session.endings]) end()
      session.wire.destroy()
      sessions.delete(session)
    }
  }

  return {
    accept(_role, wire) {
      // As behind a proxy, whose own end accepts.
      if (!isUp) return wire.destroy()
      const session: Session = { wire, authenticated: false, endings: new Set() }
      sessions.add(session)
      wire.onClosed(() => {
        sessions.delete(session)
        for (const end of [...session.endings]) end()
      })
      readFrames(wire, async (received) => {
        const frame = received as RequestFrame
        if (freeze.melted !== null) await freeze.melted
        // Killed while it was frozen: it has never read this.
        if (!sessions.has(session)) return
        const answer = await answerTo(session, frame)
        if (freeze.melted !== null) await freeze.melted
        if (isRefusal(answer)) writeFrame(wire, { id: frame.id, refused: answer })
        else writeFrame(wire, { id: frame.id, answer })
      })
    },
    stored() {
      const messages: StoredMessage[] = []
      log.each((partition, record) => messages.push(decode(partition, record)))
      return messages
    },
    committed: () => groups.committed(),
    resources: () => ({ sessions: sessions.size, members: groups.memberCount() }),
    owners: () => ({ members: groups.memberNames() }),
    rows: () => table.rows(),
    poison(topic, value) {
      const message = { key: null, ...encodeValue(value), headers: NAME_ONLY }
      const { partition, offset } = log.append(topic, null, message)
      return { topic, partition, offset }
    },
    forget(topic) {
      log.forget(topic)
      groups.forget(topic)
      ids.forgetExpired()
      table.forgetRows()
    },
    stop: disconnect,
    process: {
      name: 'broker',
      async pause() {
        if (!isUp) throw new SiteError('the broker cannot be paused: it is not running.')
        freeze.begin()
      },
      resume: async () => freeze.end(),
      async kill() {
        isUp = false
        disconnect()
        groups.forgetMembers()
        freeze.end()
      },
      async restart() {
        isUp = true
      },
      async loseDisk() {
        ;({ log, groups, ids, table } = createDisk(options))
      },
    },
  }
}

/** All that is stored. */
function createDisk({ topics, retained = 1_000_000, now, witness }: BrokerOptions) {
  const log = createLog(topics, retained)
  const groups = createGroups({
    now,
    partitionsOf: log.partitionsOf,
    endOf: log.endOf,
    onCommitted: (committed) => witness({ type: 'position', committed }),
  })
  return { log, groups, ids: createIds(now), table: createTable() }
}

/** While it lasts, nothing is answered; what arrives waits. */
function createFreeze() {
  let melt: (() => void) | null = null
  const freeze = {
    melted: null as Promise<void> | null,
    begin(): void {
      freeze.melted ??= new Promise((resolve) => {
        melt = resolve
      })
    },
    end(): void {
      melt?.()
      freeze.melted = null
    },
  }
  return freeze
}

function publish(
  log: Log,
  witness: (event: WitnessEvent) => void,
  request: { topic: string; dedup: string | null; message: EncodedMessage; stamped?: boolean },
): Answer | Refusal {
  const { topic, dedup, stamped } = request
  const message = { ...request.message, ...(stamped === true ? { storedAt: Date.now() } : {}) }
  const op = opIn(headersOf(message))
  if (op !== null) witness({ type: 'received', op, topic })
  if (log.partitionsOf(topic) === 0) return unknownTopic(topic)
  if (log.isRefused(topic)) return { code: 'DENIED', message: `nobody may publish to ${topic}` }
  const { partition, offset, fresh } = log.append(topic, dedup, message)
  if (fresh) witness({ type: 'stored', message: decode({ topic, partition }, { offset, ...message }) })
  return { partition, offset }
}

/** Answers at once when there is something, else as soon as there is, else empty after `wait` ms. */
function fetch(
  log: Log,
  session: Session,
  request: PartitionId & { from: number; most: number; wait: number },
): Answer | Promise<Answer> {
  const records = log.read(request, request.from, request.most)
  if (records.length > 0 || request.wait <= 0) return { records }
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer)
      unwatch()
      session.endings.delete(finish)
      resolve({ records: log.read(request, request.from, request.most) })
    }
    const timer = setTimeout(finish, request.wait)
    const unwatch = log.onceAppended(request, finish)
    session.endings.add(finish)
  })
}

const unknownTopic = (topic: string): Refusal => ({ code: 'UNKNOWN_TOPIC', message: `there is no topic ${topic}` })

const isRefusal = (answer: Answer | Refusal): answer is Refusal => 'code' in answer

function decode(partition: PartitionId, record: FetchedRecord): StoredMessage {
  return {
    position: { ...partition, offset: record.offset },
    key: decodeKey(record),
    value: decodeValue(record),
    headers: headersOf(record),
  }
}

/** What is stored need not be what the protocol says. */
const NAME_ONLY = [['name only']] as unknown as readonly EncodedHeader[]

const headersOf = ({ headers }: EncodedMessage) =>
  headers
    .filter(([, value]) => typeof value === 'string')
    .map(([name, value]) => [name, Buffer.from(value, 'base64')] as const)
