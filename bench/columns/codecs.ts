/** How events of the types that long histories consist of become words, and events again. */
import type { Event, EventOf, Position } from '../../harness/check/event.ts'
import type { Content } from '../../harness/events/parts.ts'
import { createContents } from './contents.ts'
import { createCounted, createNames } from './names.ts'
import type { Numbers } from './numbers.ts'

export interface Codec {
  readonly type: Event['type']
  /** Of each event that it encodes. */
  readonly words: number
  /** False, and nothing is written, for one that has something out of the ordinary. */
  encode(event: Event): boolean
  /** The event whose first word is there. */
  decode(at: number, from: number): Event
}

const ATTEMPT_OUTCOMES = ['ok', 'failed', 'cancelled'] as const
const HANDLED = ['ok', 'retryable', 'permanent'] as const

/** Numbers that share a word: how many each of them may be. */
const NODES = 1 << 10
const PRODUCERS = 1 << 10
const TOPICS = 1 << 11
const PARTITIONS = 1 << 21
const ATTEMPTS = 1 << 20
const MEMBERS = 1 << 20
const TRIES = 1 << 12

const isBelow = (value: number, bound: number): boolean =>
  Number.isInteger(value) && value >= 0 && value < bound && !Object.is(value, -0)
const isWord = (value: number): boolean => isBelow(value, 2 ** 32)
const has = (event: Event, fields: number): boolean => Object.keys(event).length === fields

export function createCodecs(words: Numbers): readonly Codec[] {
  const [nodes, producers, topics, groups] = [createNames(), createNames(), createNames(), createNames()]
  const ops = createCounted()
  const deliveries = createCounted()
  const contents = createContents()
  const members = createMembers()
  const put = (...values: readonly number[]): true => {
    for (const value of values) words.push(value)
    return true
  }
  const opOf = (op: string | null): number => ops.encode(op, 'm')
  const opAt = (index: number): string | null => ops.decode(words.get(index), 'm')
  const knownOp = (index: number): string => opAt(index) ?? ''

  /** Topic and partition in one word; -1 where they do not fit, or there is more to the position. */
  const placeOf = ({ topic, partition, offset }: Position): number => {
    const id = topics.of(topic)
    return id < TOPICS && isBelow(partition, PARTITIONS) && isWord(offset) ? id * PARTITIONS + partition : -1
  }
  const placeAt = (index: number) => ({
    topic: topics.text(Math.floor(words.get(index) / PARTITIONS)),
    partition: words.get(index) % PARTITIONS,
  })
  const positionAt = (index: number): Position => ({ ...placeAt(index), offset: words.get(index + 1) })
  const isPlain = (part: Position | Content): boolean => Object.keys(part).length === 3

  const publish: CodecOf<'publish'> = {
    type: 'publish',
    words: 3,
    encode(event) {
      const { node, op, producer, topic, content, hasKey } = event
      const [n, p, t] = [nodes.of(node), producers.of(producer), topics.of(topic)]
      if (!has(event, 8) || !isPlain(content) || n >= NODES || p >= PRODUCERS || t >= TOPICS) return false
      const word = opOf(op)
      return put(word, ((n * PRODUCERS + p) * TOPICS + t) * 2 + (hasKey ? 1 : 0), contents.of(word, content))
    },
    decode(at, from) {
      const sender = Math.floor(words.get(from + 1) / 2)
      const node = nodes.text(Math.floor(sender / (PRODUCERS * TOPICS)))
      const producer = producers.text(Math.floor(sender / TOPICS) % PRODUCERS)
      const [topic, hasKey] = [topics.text(sender % TOPICS), words.get(from + 1) % 2 === 1]
      const content = contents.content(words.get(from + 2))
      return { type: 'publish', at, node, op: knownOp(from), producer, topic, content, hasKey }
    },
  }

  const attemptBegan: CodecOf<'attempt-began'> = {
    type: 'attempt-began',
    words: 2,
    encode(event) {
      const node = nodes.of(event.node)
      if (!has(event, 5) || node >= NODES || !isBelow(event.attempt, ATTEMPTS)) return false
      return put(opOf(event.op), node * ATTEMPTS + event.attempt)
    },
    decode(at, from) {
      const word = words.get(from + 1)
      const node = nodes.text(Math.floor(word / ATTEMPTS))
      return { type: 'attempt-began', at, node, op: knownOp(from), attempt: word % ATTEMPTS }
    },
  }

  const attemptEnded: CodecOf<'attempt-ended'> = {
    type: 'attempt-ended',
    words: 2,
    encode(event) {
      const node = nodes.of(event.node)
      if (!has(event, 6) || node >= NODES || !isBelow(event.attempt, ATTEMPTS)) return false
      return put(opOf(event.op), (node * ATTEMPTS + event.attempt) * 4 + ATTEMPT_OUTCOMES.indexOf(event.outcome))
    },
    decode(at, from) {
      const word = words.get(from + 1)
      const [node, attempt] = [nodes.text(Math.floor(word / (ATTEMPTS * 4))), Math.floor(word / 4) % ATTEMPTS]
      const outcome = ATTEMPT_OUTCOMES[word % 4] ?? 'ok'
      return { type: 'attempt-ended', at, node, op: knownOp(from), attempt, outcome }
    },
  }

  const received: CodecOf<'received'> = {
    type: 'received',
    words: 2,
    encode: (event) => has(event, 4) && put(opOf(event.op), topics.of(event.topic)),
    decode: (at, from) => ({ type: 'received', at, op: knownOp(from), topic: topics.text(words.get(from + 1)) }),
  }

  const stored: CodecOf<'stored'> = {
    type: 'stored',
    words: 4,
    encode(event) {
      const place = placeOf(event.position)
      if (!has(event, 5) || !isPlain(event.position) || !isPlain(event.content) || place < 0) return false
      const op = opOf(event.op)
      return put(op, place, event.position.offset, contents.of(op, event.content))
    },
    decode(at, from) {
      const content = contents.content(words.get(from + 3))
      return { type: 'stored', at, op: opAt(from), position: positionAt(from + 1), content }
    },
  }

  const published: CodecOf<'published'> = {
    type: 'published',
    words: 4,
    encode(event) {
      const { position, status, error } = event
      const place = position === undefined || status !== 'acknowledged' || error !== undefined ? -1 : placeOf(position)
      if (!has(event, 6) || position === undefined || !isPlain(position) || place < 0) return false
      return put(opOf(event.op), nodes.of(event.node), place, position.offset)
    },
    decode(at, from) {
      const [node, position] = [nodes.text(words.get(from + 1)), positionAt(from + 2)]
      return { type: 'published', at, node, op: knownOp(from), status: 'acknowledged', position }
    },
  }

  const deliver: CodecOf<'deliver'> = {
    type: 'deliver',
    words: 6,
    encode(event) {
      const { position, topic, attempt } = event
      const member = members.of(event)
      const place = position === undefined || position.topic !== topic ? -1 : placeOf(position)
      const isUsual = has(event, 11) && member < MEMBERS && isBelow(attempt, TRIES) && place >= 0
      if (!isUsual || position === undefined || !isPlain(position) || !isPlain(event.content)) return false
      const op = opOf(event.op)
      const delivery = deliveries.encode(event.delivery, `${event.consumer}#`)
      const content = contents.of(op, event.content)
      return put(op, member * TRIES + attempt, delivery, place, position.offset, content)
    },
    decode(at, from) {
      const member = members.member(Math.floor(words.get(from + 1) / TRIES))
      const delivery = deliveries.decode(words.get(from + 2), `${member.consumer}#`) ?? ''
      const position = positionAt(from + 3)
      const content = contents.content(words.get(from + 5))
      const [op, attempt, { topic }] = [opAt(from), words.get(from + 1) % TRIES, position]
      return { type: 'deliver', at, ...member, delivery, op, topic, content, position, attempt }
    },
  }

  const handled: CodecOf<'handled'> = {
    type: 'handled',
    words: 3,
    encode(event) {
      const member = members.of(event)
      if (!has(event, 8) || member >= MEMBERS) return false
      const delivery = deliveries.encode(event.delivery, `${event.consumer}#`)
      return put(opOf(event.op), member * TRIES + HANDLED.indexOf(event.outcome), delivery)
    },
    decode(at, from) {
      const word = words.get(from + 1)
      const member = members.member(Math.floor(word / TRIES))
      const delivery = deliveries.decode(words.get(from + 2), `${member.consumer}#`) ?? ''
      return { type: 'handled', at, ...member, delivery, op: opAt(from), outcome: HANDLED[word % TRIES] ?? 'ok' }
    },
  }

  const committed: CodecOf<'committed'> = {
    type: 'committed',
    words: 3,
    encode(event) {
      const place = placeOf({ topic: event.topic, partition: event.partition, offset: event.next })
      return has(event, 8) && place >= 0 && put(members.of(event), place, event.next)
    },
    decode(at, from) {
      const member = members.member(words.get(from))
      return { type: 'committed', at, ...member, ...placeAt(from + 1), next: words.get(from + 2) }
    },
  }

  const position: CodecOf<'position'> = {
    type: 'position',
    words: 3,
    encode(event) {
      const place = placeOf({ topic: event.topic, partition: event.partition, offset: event.next })
      return has(event, 6) && place >= 0 && put(groups.of(event.group), place, event.next)
    },
    decode(at, from) {
      const group = groups.text(words.get(from))
      return { type: 'position', at, group, ...placeAt(from + 1), next: words.get(from + 2) }
    },
  }

  return [
    forAny(publish),
    forAny(attemptBegan),
    forAny(attemptEnded),
    forAny(received),
    forAny(stored),
    forAny(published),
    forAny(deliver),
    forAny(handled),
    forAny(committed),
    forAny(position),
  ]
}

interface CodecOf<T extends Event['type']> {
  readonly type: T
  readonly words: number
  encode(event: EventOf<T>): boolean
  decode(at: number, from: number): EventOf<T>
}

const isOf = <T extends Event['type']>(event: Event, type: T): event is EventOf<T> => event.type === type

const forAny = <T extends Event['type']>(codec: CodecOf<T>): Codec => ({
  ...codec,
  encode: (event) => isOf(event, codec.type) && codec.encode(event),
})

interface Member {
  readonly node: string
  readonly consumer: string
  readonly group: string
}

/** A consumer is a member of one group on one node, unless something is wrong; whatever it is has a number. */
function createMembers() {
  const all: Member[] = []
  const byConsumer = new Map<string, number[]>()
  return {
    of({ node, consumer, group }: Member): number {
      const known = byConsumer.get(consumer) ?? []
      const found = known.find((id) => all[id]?.node === node && all[id]?.group === group)
      if (found !== undefined) return found
      byConsumer.set(consumer, [...known, all.length])
      return all.push({ node, consumer, group }) - 1
    },
    member: (id: number): Member => all[id] ?? { node: '', consumer: '', group: '' },
  }
}
