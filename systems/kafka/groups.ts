/** The groups of a run: where they stand, who is in them, and how they go. */
import { PassingError } from '../../harness/errors.ts'
import type { CommittedPosition } from '../../harness/system-contract.ts'
import { ANSWER_WITHIN, type KafkaClient, persist } from './client.ts'
import type { Connection } from './protocol/connection.ts'
import { check, GROUP_NOT_EMPTY, GROUP_UNKNOWN, isPassing, MEMBER_UNKNOWN } from './protocol/errors.ts'
import { deleteGroups, describeGroups, fetchOffsets, leaveGroup, listGroups } from './protocol/group-apis.ts'

/** One look at committed positions must not take long while a broker is paused, ms. */
const LOOK_WITHIN = 500
/** How long no broker at all may answer before the witness counts as broken, ms. */
const SILENT_WITHIN = 60_000
const MEMBERS_WITHIN = 20_000
const REMOVE_WITHIN = 20_000

async function groupsAt(node: Connection, prefix: string, within: number): Promise<readonly string[]> {
  const answer = await node.request(listGroups, {}, within)
  check(answer.error, 'groups')
  return answer.groups.map(({ group }) => group).filter((group) => group.startsWith(prefix))
}

async function positionsOf(node: Connection, group: string): Promise<readonly CommittedPosition[]> {
  const answer = await node.request(fetchOffsets, { group, topics: null }, LOOK_WITHIN)
  check(answer.error, `positions of ${group}`, [GROUP_UNKNOWN])
  return answer.topics.flatMap(({ name, partitions }) =>
    partitions
      .filter(({ offset, error }) => error === 0 && offset >= 0)
      .map(({ partition, offset }) => ({ group, topic: name, partition, next: offset })),
  )
}

/**
 * Makes a reader of committed positions that is cheap to call again and again. While a group's broker does not answer, its
 * positions are those last read; where no broker has answered for a minute, it rejects with PassingError.
 */
export function createPositions(client: KafkaClient, prefix: string): () => Promise<readonly CommittedPosition[]> {
  const known = new Map<string, readonly CommittedPosition[]>()
  let answered = performance.now()

  const look = async (node: Connection): Promise<void> => {
    const groups = await groupsAt(node, prefix, LOOK_WITHIN)
    const positions = await Promise.all(groups.map((group) => positionsOf(node, group)))
    for (const [index, group] of groups.entries()) known.set(group, positions[index] ?? [])
    answered = performance.now()
  }

  return async () => {
    const looks = await Promise.allSettled(client.nodes.map(look))
    for (const result of looks) {
      if (result.status === 'rejected' && !isPassing(result.reason)) throw result.reason
    }
    if (performance.now() - answered > SILENT_WITHIN) {
      throw new PassingError(`Kafka: no broker has returned committed positions for ${SILENT_WITHIN} ms`)
    }
    return [...known.values()].flat()
  }
}

interface Members {
  readonly group: string
  readonly members: readonly { readonly member: string; readonly instance: string | null }[]
}

async function membersAt(node: Connection, groups: readonly string[]): Promise<readonly Members[]> {
  if (groups.length === 0) return []
  const answer = await node.request(describeGroups, { groups, operations: false }, ANSWER_WITHIN)
  for (const { error, group } of answer.groups) check(error, `members of ${group}`, [GROUP_UNKNOWN])
  return answer.groups
}

/** A group is coordinated by one broker, and different groups by different ones. */
async function atEachNode<T>(client: KafkaClient, work: (node: Connection) => Promise<T>): Promise<readonly T[]> {
  return await Promise.all((await client.present()).map(work))
}

/** Members of all groups with the prefix. */
export const countMembers = (client: KafkaClient, prefix: string): Promise<number> =>
  persist('the witness cannot count members', MEMBERS_WITHIN, async () => {
    const groups = await atEachNode(client, async (node) =>
      membersAt(node, await groupsAt(node, prefix, ANSWER_WITHIN)),
    )
    return groups.flat().reduce((sum, { members }) => sum + members.length, 0)
  })

/** Makes members that were left behind leave, and removes the groups; resolves with their names. */
export async function removeGroups(client: KafkaClient, prefix: string): Promise<readonly string[]> {
  const removed = new Set<string>()
  await persist('the groups of a run cannot be removed', REMOVE_WITHIN, () =>
    atEachNode(client, async (node) => {
      for (const group of await removeGroupsAt(node, prefix)) removed.add(group)
    }),
  )
  return [...removed]
}

async function removeGroupsAt(node: Connection, prefix: string): Promise<readonly string[]> {
  const groups = await groupsAt(node, prefix, ANSWER_WITHIN)
  if (groups.length === 0) return []
  for (const { group, members } of await membersAt(node, groups)) {
    if (members.length === 0) continue
    const leavers = members.map(({ member, instance }) => ({ member, instance }))
    const left = await node.request(leaveGroup, { group, members: leavers }, ANSWER_WITHIN)
    check(left.error, `members of ${group}`, [MEMBER_UNKNOWN, GROUP_UNKNOWN])
  }
  const deleted = await node.request(deleteGroups, { groups }, ANSWER_WITHIN)
  // A client that will not leave joins again and again: that is its own doing, and told by the count of members.
  for (const { group, error } of deleted.groups) check(error, group, [GROUP_UNKNOWN, GROUP_NOT_EMPTY])
  return groups
}
