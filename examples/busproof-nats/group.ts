/**
 * Groups of consumers. JetStream's own consumers keep no order if several members pull from one. So a group is stored as messages
 * of a stream, each written only if it has not changed since it was read:
 *
 * - one message lists the members, each with a counter that it increases as its heartbeat, and the owner of each partition. A
 *   partition moves only when its owner has released it, or is no longer a member. Clocks are never compared: if a member has
 *   not increased its counter for a session, by the clock of another member, that one removes it;
 * - one message for each partition holds the group's committed offset. A member that becomes the owner writes it again, and no
 *   commit of the former owner is accepted afterwards.
 */
import { JetStreamApiError, jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Subscription } from 'busproof'
import type { OwnedPartition, PartitionId } from 'busproof/adapters/resilience'
import { groupsOf, membersSubject, positionSubject } from './names.ts'
import type { Session } from './session.ts'
import type { TopicInfo } from './topics.ts'

export interface Membership {
  join(): Promise<void>
  /** Null when the group has forgotten the member. */
  sync(): Promise<readonly OwnedPartition[] | null>
  /** False when the partition is another member's by now. */
  commit(partition: PartitionId, next: number): Promise<boolean>
  release(partition: PartitionId): Promise<void>
  leave(): Promise<void>
}

export interface GroupOptions {
  readonly session: Session
  readonly prefix: string
  readonly subscription: Subscription
  /** Without a sign of life for so long a member is removed, ms. */
  readonly sessionTime: number
  /** As it is now. */
  readonly look: (topic: string) => Promise<TopicInfo>
}

interface Member {
  readonly topics: readonly string[]
  readonly session: number
  /** Raised with each sign of life. */
  readonly beat: number
}

interface Group {
  readonly members: Readonly<Record<string, Member>>
  /** By partition, the member that owns it. */
  readonly owners: Readonly<Record<string, string>>
}

interface Position {
  readonly next: number
  readonly owner: string | null
}

interface Held {
  next: number
  /** Of the message that says where the group stands. */
  revision: number
}

const EMPTY: Group = { members: {}, owners: {} }
const TRIES = 20
const WRONG_LAST_SEQUENCE = 10_071

const placeOf = ({ topic, partition }: PartitionId): string => `${topic}/${partition}`

export function createMembership({ session, prefix, subscription, sessionTime, look }: GroupOptions): Membership {
  const { group, consumer, topics, from } = subscription
  const me = `${consumer}-${crypto.randomUUID()}`
  const stream = groupsOf(prefix)
  const held = new Map<string, Held>()
  /** When each of the others was last seen to raise its counter, by `performance.now()`. */
  const seen = new Map<string, { readonly beat: number; readonly at: number }>()
  let partitions: readonly PartitionId[] = []

  const read = async <T>(subject: string): Promise<{ readonly value: T | null; readonly revision: number }> =>
    await session.ask(async (nats, timeout) => {
      const manager = await jetstreamManager(nats, { timeout, checkAPI: false })
      const found = await manager.streams.getMessage(stream, { last_by_subj: subject })
      return found === null ? { value: null, revision: 0 } : { value: found.json<T>(), revision: found.seq }
    })

  /** Resolves with the new revision, or with null if it has changed since it was read. */
  const write = async (subject: string, value: unknown, revision: number): Promise<number | null> =>
    await session.ask((nats, timeout) => writeIf(nats, { subject, value, revision, timeout }))

  /** Retries until no other member has changed it meanwhile. `by` returns null if nothing is to change. */
  const change = async (by: (group: Group) => Group | null): Promise<Group | null> => {
    const subject = membersSubject(prefix, group)
    for (let tries = 0; tries < TRIES; tries++) {
      const { value, revision } = await read<Group>(subject)
      const next = by(value ?? EMPTY)
      if (next === null) return null
      if ((await write(subject, next, revision)) !== null) return next
    }
    throw new Error(`the group ${group} was changed by others ${TRIES} times in a row`)
  }

  const isLost = (id: string, { beat, session: its }: Member, now: number): boolean => {
    const before = seen.get(id)
    if (before?.beat === beat) return now - before.at > its
    seen.set(id, { beat, at: now })
    return false
  }

  /** Removes the members that are gone, and assigns unowned partitions to this member, up to its share. */
  const withMyself =
    (now: number) =>
    (before: Group): Group | null => {
      const own = before.members[me]
      if (own === undefined) return null
      const members = Object.fromEntries(
        Object.entries(before.members).filter(([id, member]) => id === me || !isLost(id, member, now)),
      )
      members[me] = { ...own, beat: own.beat + 1 }
      const owners = Object.fromEntries(
        Object.entries(before.owners).filter(([, owner]) => Object.hasOwn(members, owner)),
      )
      for (const partition of partitions) {
        if (shareOf(partition, members) === me) owners[placeOf(partition)] ??= me
      }
      return { members, owners }
    }

  const positionOf = ({ topic, partition }: PartitionId): string => positionSubject(prefix, group, topic, partition)

  /** Where the group begins stands before anybody reads: one that dies early would leave the choice to a member that knows less. */
  const begin = async (partition: PartitionId, { first, last }: TopicInfo): Promise<void> => {
    const start: Position = { next: from === 'earliest' ? first : last + 1, owner: null }
    await write(positionOf(partition), start, 0)
  }

  /** From now on commits of the one before are not taken any more. */
  const take = async (partition: PartitionId): Promise<void> => {
    for (let tries = 0; tries < TRIES; tries++) {
      const { value, revision } = await read<Position>(positionOf(partition))
      if (value === null) throw new Error(`${group} has no position in ${placeOf(partition)}`)
      const taken = await write(positionOf(partition), { next: value.next, owner: me } satisfies Position, revision)
      if (taken !== null) return void held.set(placeOf(partition), { next: value.next, revision: taken })
    }
    throw new Error(`others still commit to ${placeOf(partition)}`)
  }

  const giveBack =
    (which: (place: string) => boolean) =>
    (before: Group): Group | null => {
      const owners = Object.entries(before.owners).filter(([place, owner]) => owner !== me || !which(place))
      return { ...before, owners: Object.fromEntries(owners) }
    }

  return {
    async join() {
      held.clear()
      const found = await Promise.all(topics.map(async (topic) => ({ topic, info: await look(topic) })))
      const all = found.flatMap(({ topic, info }) =>
        Array.from({ length: info.partitions }, (_, partition) => ({ partition: { topic, partition }, info })),
      )
      await Promise.all(all.map(({ partition, info }) => begin(partition, info)))
      partitions = all.map(({ partition }) => partition)
      await change(({ members, owners }) => ({
        members: { ...members, [me]: { topics, session: sessionTime, beat: 0 } },
        owners,
      }))
    },
    async sync() {
      const found = await change(withMyself(performance.now()))
      if (found === null) {
        held.clear()
        return null
      }
      const own = partitions.filter((partition) => found.owners[placeOf(partition)] === me)
      const places = new Set(own.map(placeOf))
      for (const place of held.keys()) if (!places.has(place)) held.delete(place)
      await Promise.all(own.filter((partition) => !held.has(placeOf(partition))).map(take))
      return own.map((partition) => ({
        ...partition,
        next: held.get(placeOf(partition))?.next ?? 0,
        release: shareOf(partition, found.members) !== me,
      }))
    },
    async commit(partition, next) {
      const place = placeOf(partition)
      for (;;) {
        const mine = held.get(place)
        if (mine === undefined) return false
        const taken = await write(positionOf(partition), { next, owner: me } satisfies Position, mine.revision)
        if (taken !== null) {
          Object.assign(mine, { next, revision: taken })
          return true
        }
        // Another member has it, or an earlier try was taken and its answer lost.
        const { value, revision } = await read<Position>(positionOf(partition))
        if (value?.owner !== me) {
          held.delete(place)
          return false
        }
        Object.assign(mine, { next: value.next, revision })
        if (value.next >= next) return true
      }
    },
    async release(partition) {
      held.delete(placeOf(partition))
      await change(giveBack((place) => place === placeOf(partition)))
    },
    async leave() {
      await change((before) => {
        const { [me]: _own, ...members } = before.members
        return { ...(giveBack(() => true)(before) ?? before), members }
      })
    },
  }
}

/** Whose turn a partition is: the topic's members by name, in turn. */
function shareOf({ topic, partition }: PartitionId, members: Group['members']): string | undefined {
  const of = Object.keys(members)
    .filter((id) => members[id]?.topics.includes(topic))
    .sort()
  return of[partition % of.length]
}

async function writeIf(
  nats: NatsConnection,
  message: {
    readonly subject: string
    readonly value: unknown
    readonly revision: number
    readonly timeout: number
  },
): Promise<number | null> {
  const { subject, value, revision, timeout } = message
  try {
    const expect = { lastSubjectSequence: revision }
    return (await jetstream(nats).publish(subject, JSON.stringify(value), { expect, timeout })).seq
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === WRONG_LAST_SEQUENCE) return null
    throw error
  }
}
