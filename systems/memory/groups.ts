/**
 * Consumer groups of the embedded broker. Each partition has at most one owner. When the members change, the fair share
 * is worked out anew; an owner that must give a partition up is told so by its next sync, and the new owner gets it only
 * after the release (or after the old owner's session has ended), so two members never hold one partition at once.
 */
import type { CommittedPosition } from '../../harness/system-contract.ts'
import type { OwnedPartition, PartitionId } from './protocol.ts'

interface Member {
  readonly topics: readonly string[]
  readonly session: number
  seen: number
}
interface Holding {
  readonly partition: PartitionId
  next: number
  owner: string | null
}
interface Group {
  readonly members: Map<string, Member>
  readonly holdings: Map<string, Holding>
}

export interface Groups {
  join(
    group: string,
    member: string,
    options: { topics: readonly string[]; session: number; from: 'earliest' | 'latest' },
  ): void
  sync(group: string, member: string): { member: boolean; owned: OwnedPartition[] }
  commit(group: string, member: string, partition: PartitionId, next: number): boolean
  release(group: string, member: string, partition: PartitionId): void
  leave(group: string, member: string): void
  committed(): CommittedPosition[]
  /** No member is known any more; what was committed is. */
  forgetMembers(): void
  /** Drops what groups without members have committed in the topic. */
  forget(topic: string): void
  /** Members whose session has not ended. */
  memberCount(): number
  /** Those, as `MEMBER of GROUP`. */
  memberNames(): string[]
}

export function createGroups(options: {
  readonly now: () => number
  readonly partitionsOf: (topic: string) => number
  readonly endOf: (partition: PartitionId) => number
  readonly onCommitted: (committed: CommittedPosition) => void
}): Groups {
  const groups = new Map<string, Group>()
  const keyOf = (partition: PartitionId): string => `${partition.topic}/${partition.partition}`
  const groupOf = (name: string): Group => {
    const found = groups.get(name) ?? { members: new Map(), holdings: new Map() }
    groups.set(name, found)
    return found
  }
  const expire = (group: Group): void => {
    for (const [name, member] of group.members) {
      if (options.now() - member.seen > member.session) remove(group, name)
    }
  }
  const remove = (group: Group, member: string): void => {
    group.members.delete(member)
    for (const holding of group.holdings.values()) if (holding.owner === member) holding.owner = null
  }
  /** Who should own each partition: the topic's members in the order of their names, in turn. */
  const shareOf = (group: Group, { topic, partition }: PartitionId): string | null => {
    const members = [...group.members].filter(([, member]) => member.topics.includes(topic)).map(([name]) => name)
    return members.sort()[partition % Math.max(1, members.length)] ?? null
  }
  const owner = (group: string, member: string, partition: PartitionId): Holding | null => {
    const holding = groups.get(group)?.holdings.get(keyOf(partition))
    return holding?.owner === member ? holding : null
  }

  return {
    join(name, member, { topics, session, from }) {
      const group = groupOf(name)
      group.members.set(member, { topics, session, seen: options.now() })
      for (const topic of topics) {
        for (let partition = 0; partition < options.partitionsOf(topic); partition++) {
          const id = { topic, partition }
          if (group.holdings.has(keyOf(id))) continue
          group.holdings.set(keyOf(id), {
            partition: id,
            next: from === 'earliest' ? 0 : options.endOf(id),
            owner: null,
          })
        }
      }
    },
    sync(name, memberName) {
      const group = groupOf(name)
      expire(group)
      const member = group.members.get(memberName)
      if (member === undefined) return { member: false, owned: [] }
      member.seen = options.now()
      const owned: OwnedPartition[] = []
      for (const holding of group.holdings.values()) {
        const share = shareOf(group, holding.partition)
        if (holding.owner === null && share === memberName) holding.owner = memberName
        if (holding.owner === memberName)
          owned.push({ ...holding.partition, next: holding.next, release: share !== memberName })
      }
      return { member: true, owned }
    },
    commit(group, member, partition, next) {
      const holding = owner(group, member, partition)
      if (holding === null) return false
      if (next > holding.next) {
        holding.next = next
        options.onCommitted({ group, ...holding.partition, next })
      }
      return true
    },
    release(group, member, partition) {
      const holding = owner(group, member, partition)
      if (holding !== null) holding.owner = null
    },
    leave(group, member) {
      const found = groups.get(group)
      if (found !== undefined) remove(found, member)
    },
    forgetMembers() {
      for (const group of groups.values()) for (const name of [...group.members.keys()]) remove(group, name)
    },
    forget(topic) {
      for (const [name, { members, holdings }] of groups) {
        if (members.size > 0) continue
        for (const [key, { partition }] of holdings) if (partition.topic === topic) holdings.delete(key)
        if (holdings.size === 0) groups.delete(name)
      }
    },
    committed: () =>
      [...groups].flatMap(([group, { holdings }]) =>
        [...holdings.values()].map(({ partition, next }) => ({ group, ...partition, next })),
      ),
    memberNames() {
      for (const group of groups.values()) expire(group)
      return [...groups].flatMap(([name, { members }]) => [...members.keys()].map((member) => `${member} of ${name}`))
    },
    memberCount() {
      for (const group of groups.values()) expire(group)
      return [...groups.values()].reduce((sum, group) => sum + group.members.size, 0)
    },
  }
}
