import { AssignerProtocol, type Cluster, type GroupMember, type Logger } from 'kafkajs'
import { expect, test } from 'vitest'
import { createAssigner } from './assigner.ts'

const { MemberMetadata, MemberAssignment } = AssignerProtocol

async function deal(
  members: Readonly<Record<string, readonly string[]>>,
  partitions: Readonly<Record<string, number>>,
) {
  const asked: string[] = []
  const led: string[][] = []
  const cluster = {
    addMultipleTargetTopics: async (topics: string[]) => void asked.push(...topics),
    findTopicPartitionMetadata: (topic: string) =>
      Array.from({ length: partitions[topic] ?? 0 }, (_, partitionId) => ({ partitionId })),
  } as unknown as Cluster
  const make = createAssigner({ onCluster: () => undefined, onLeading: (topics) => led.push([...topics]) })
  const assigner = make({ cluster, groupId: 'g', logger: {} as Logger })
  const group: GroupMember[] = Object.entries(members).map(([memberId, topics]) => ({
    memberId,
    memberMetadata: MemberMetadata.encode({ version: 1, topics: [...topics], userData: Buffer.alloc(0) }),
  }))
  const dealt = await assigner.assign({ members: group, topics: ['only the leader has this'] })
  const shares = Object.fromEntries(
    dealt.map(({ memberId, memberAssignment }) => [memberId, MemberAssignment.decode(memberAssignment)?.assignment]),
  )
  return { shares, asked, led }
}

test('the partitions of a topic are shared among those that read it', async () => {
  const { shares } = await deal({ a: ['t'], b: ['t'] }, { t: 3 })
  expect(shares).toEqual({ a: { t: [0, 2] }, b: { t: [1] } })
})

test('each member gets partitions of its own topics only, whatever the leader reads', async () => {
  const { shares, asked, led } = await deal({ a: ['t0'], b: ['t1'], c: ['t0', 't1'] }, { t0: 2, t1: 2 })
  expect(shares).toEqual({ a: { t0: [0] }, b: { t1: [0] }, c: { t0: [1], t1: [1] } })
  expect(asked).toEqual(['t0', 't1'])
  expect(led).toEqual([['t0', 't1']])
})

test('a member for which nothing is left has an empty share', async () => {
  const { shares } = await deal({ a: ['t'], b: ['t'] }, { t: 1 })
  expect(shares).toEqual({ a: { t: [0] }, b: {} })
})
