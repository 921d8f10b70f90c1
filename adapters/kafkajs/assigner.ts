/** Deals partitions to the members that subscribe to their topic; those of kafkajs go by the leader's subscription alone. */
import { AssignerProtocol, type Cluster, type PartitionAssigner } from 'kafkajs'
import type { Subscription } from '../../harness/adapter.ts'

const { MemberMetadata, MemberAssignment } = AssignerProtocol
const NO_DATA = Buffer.alloc(0)

/** Where the group begins with each topic, as the members who read it ask. */
export type Beginnings = ReadonlyMap<string, Subscription['from']>

export interface AssignerHooks {
  /** Called when the group's member is made. */
  readonly onCluster: (cluster: Cluster) => void
  /** Called when this member leads the group, with all topics of all members. */
  readonly onLeading: (topics: Beginnings) => void
  /** Where this member asks the group to begin. */
  readonly from: Subscription['from']
}

export const createAssigner =
  ({ onCluster, onLeading, from }: AssignerHooks): PartitionAssigner =>
  ({ cluster }) => {
    onCluster(cluster)
    return {
      name: 'busproof-by-subscription',
      version: 1,
      protocol: ({ topics }) => ({
        name: 'busproof-by-subscription',
        metadata: MemberMetadata.encode({ version: 1, topics, userData: Buffer.from(from) }),
      }),
      async assign({ members }) {
        const subscriptions = members
          .map(({ memberId, memberMetadata }) => {
            const { topics = [], userData = NO_DATA } = MemberMetadata.decode(memberMetadata) ?? {}
            return { memberId, topics, from: userData.toString() === 'latest' ? 'latest' : 'earliest' } as const
          })
          .sort((a, b) => (a.memberId < b.memberId ? -1 : 1))
        const topics = [...new Set(subscriptions.flatMap((member) => member.topics))].sort()
        onLeading(beginningsOf(subscriptions))
        await cluster.addMultipleTargetTopics(topics)
        const shares = new Map(subscriptions.map(({ memberId }) => [memberId, new Map<string, number[]>()]))
        let turn = 0
        for (const topic of topics) {
          const takers = subscriptions.filter((member) => member.topics.includes(topic))
          for (const { partitionId } of byNumber(cluster.findTopicPartitionMetadata(topic))) {
            const share = shares.get(takers[turn++ % takers.length]?.memberId ?? '')
            share?.set(topic, [...(share.get(topic) ?? []), partitionId])
          }
        }
        return [...shares].map(([memberId, share]) => ({
          memberId,
          memberAssignment: MemberAssignment.encode({
            version: 1,
            assignment: Object.fromEntries(share),
            userData: NO_DATA,
          }),
        }))
      },
    }
  }

/** Where members differ about a topic, the earliest skips nothing that any of them asked for. */
function beginningsOf(
  subscriptions: readonly { readonly topics: readonly string[]; readonly from: Subscription['from'] }[],
): Beginnings {
  const beginnings = new Map<string, Subscription['from']>()
  for (const { topics, from } of subscriptions) {
    for (const topic of topics) if (beginnings.get(topic) !== 'earliest') beginnings.set(topic, from)
  }
  return beginnings
}

const byNumber = <P extends { readonly partitionId: number }>(partitions: readonly P[]): P[] =>
  [...partitions].sort((a, b) => a.partitionId - b.partitionId)
