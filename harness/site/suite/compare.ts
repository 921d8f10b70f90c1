/** Compares the readings of a witness with the known truth; and the wrong readings that this must catch. */
import type { Position } from '../../adapter.ts'
import { positionText } from '../../events/words.ts'
import type { CommittedPosition, StoredMessage } from '../../system-contract.ts'
import type { Published } from './probe.ts'

const base64 = (bytes: Uint8Array | null): string | null => bytes && Buffer.from(bytes).toString('base64')

/** Equal for messages that are the same byte for byte, under the same topic. */
const textOf = (topic: string, { key, value, headers }: Pick<StoredMessage, 'key' | 'value' | 'headers'>): string =>
  JSON.stringify([topic, base64(key), base64(value), headers.map(([name, bytes]) => [name, base64(bytes)])])

/** What is wrong with what the witness has read, as one sentence; null when it is exactly what was published. */
export function storedMistake(stored: readonly StoredMessage[], published: readonly Published[]): string | null {
  const at = new Map<string, string>()
  for (const message of stored) {
    const place = positionText(message.position)
    if (at.has(place)) return `the witness sees two messages at ${place}`
    at.set(place, textOf(message.position.topic, message))
  }
  const left = [...at.values()]
  for (const message of published) {
    const text = textOf(message.topic, message)
    const index = left.indexOf(text)
    if (index < 0) return `the witness does not see a published message, byte for byte: ${text}`
    left.splice(index, 1)
    if (message.position !== null && at.get(positionText(message.position)) !== text) {
      return `the witness sees another message at ${positionText(message.position)}, or none: ${text} was acknowledged there`
    }
  }
  if (left.length > 0) return `the witness sees a message that was never published: ${left[0]}`
  return orderMistake(stored, published)
}

/** Published one after another, the messages of a partition lie in this order. */
function orderMistake(stored: readonly StoredMessage[], published: readonly Published[]): string | null {
  const rankOf = ranksOf(stored)
  const last = new Map<string, Position>()
  for (const { position } of published) {
    if (position === null) continue
    const line = `${position.topic}/${position.partition}`
    const before = last.get(line)
    if (before !== undefined && rankOf(before) >= rankOf(position)) {
      return `the witness sees ${positionText(position)} before ${positionText(before)}, which was acknowledged first`
    }
    last.set(line, position)
  }
  return null
}

/** Offsets as numbers; an id is as great as the number of messages that the witness lists before it in its partition, -1 if unknown. */
const ranksOf =
  (stored: readonly StoredMessage[]) =>
  ({ topic, partition, offset }: Position): number =>
    typeof offset === 'number'
      ? offset
      : stored
          .filter(({ position }) => position.topic === topic && position.partition === partition)
          .findIndex(({ position }) => position.offset === offset)

export interface Worked {
  readonly group: string
  readonly handled: readonly Position[]
  /** Published to the same partitions after the group had left. */
  readonly unread: readonly Position[]
  /** What the witness sees stored: the order of ids. */
  readonly stored: readonly StoredMessage[]
}

/** The same of what groups have committed: where they have, it is behind all that was handled and before what was not. */
export function committedMistake(
  committed: readonly CommittedPosition[],
  { group, handled, unread, stored }: Worked,
): string | null {
  const other = committed.find((one) => one.group !== group)
  if (other !== undefined) return `the witness sees a position of the group ${other.group}, which does not exist`
  const rankOf = ranksOf(stored)
  for (const position of handled) {
    const { topic, partition } = position
    const found = committed.filter((one) => one.topic === topic && one.partition === partition)
    const where = `of ${group} in ${topic}/${partition}`
    if (found.length !== 1) return `the witness sees ${found.length} positions ${where}`
    const told = found[0]?.next ?? 0
    const next = typeof told === 'number' ? told : rankOf({ topic, partition, offset: told.after }) + 1
    const seen = `the witness sees the position ${typeof told === 'number' ? told : `after ${told.after}`} ${where}`
    if (next <= rankOf(position)) return `${seen}, where ${position.offset} was handled`
    const before = unread.find((one) => one.topic === topic && one.partition === partition && rankOf(one) < next)
    if (before !== undefined) return `${seen}, where ${before.offset} was not handled`
  }
  return null
}

export interface Lie<T> {
  readonly witness: string
  /** Of a true list with two entries at least. */
  readonly tell: (truth: readonly T[]) => readonly T[]
}

const first = <T>(truth: readonly T[], change: (one: T) => T): readonly T[] =>
  truth.map((one, index) => (index === 0 ? change(one) : one))

const moved = (position: Position, by: Partial<Position>): Position => ({ ...position, ...by })

export const STORED_LIES: readonly Lie<StoredMessage>[] = [
  { witness: 'leaves a message out', tell: (truth) => truth.slice(1) },
  { witness: 'sees a message twice', tell: (truth) => [...truth, ...truth.slice(0, 1)] },
  {
    witness: 'sees a message again elsewhere',
    tell: (truth) => [
      ...truth,
      ...truth.slice(0, 1).map((one) => ({ ...one, position: moved(one.position, { offset: 1_000_000 }) })),
    ],
  },
  {
    witness: 'changes a byte of a value',
    tell: (truth) => first(truth, (one) => ({ ...one, value: Buffer.from([...(one.value ?? []), 0]) })),
  },
  {
    witness: 'changes a key',
    tell: (truth) => first(truth, (one) => ({ ...one, key: Buffer.from([...(one.key ?? []), 0]) })),
  },
  {
    witness: 'adds a header',
    tell: (truth) => first(truth, (one) => ({ ...one, headers: [...one.headers, ['more', Buffer.alloc(1)]] })),
  },
  {
    witness: 'takes a message for one of another topic',
    tell: (truth) => first(truth, (one) => ({ ...one, position: moved(one.position, { topic: 'another' }) })),
  },
]

/** Caught only where the adapter says where its messages lie. */
export const PLACED_LIES: readonly Lie<StoredMessage>[] = [
  {
    witness: 'sees a message at another offset',
    tell: (truth) => first(truth, (one) => ({ ...one, position: moved(one.position, { offset: 1_000_000 }) })),
  },
]

/** Caught only where offsets are ids: numbers have an order of their own. */
export const ORDER_LIES: readonly Lie<StoredMessage>[] = [
  { witness: 'sees messages in another order', tell: (truth) => truth.toReversed() },
]

export const committedLies = ({ unread }: Worked): readonly Lie<CommittedPosition>[] => [
  { witness: 'sees no position', tell: () => [] },
  {
    witness: 'sees a position that stood still',
    tell: (truth) =>
      truth.map((one) => ({ ...one, next: typeof one.next === 'number' ? 0 : { after: 'no such message' } })),
  },
  {
    witness: 'sees a position that ran ahead',
    tell: (truth) =>
      truth.map((one) => {
        const ahead = unread.find(({ topic, partition }) => topic === one.topic && partition === one.partition)
        return { ...one, next: typeof ahead?.offset === 'string' ? { after: ahead.offset } : 1_000_000 }
      }),
  },
  { witness: 'sees another group', tell: (truth) => truth.map((one) => ({ ...one, group: 'another' })) },
]
