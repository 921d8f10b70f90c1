import { AssignerProtocol, type Cluster, type GroupMember, type Logger } from 'kafkajs'
import { expect, test } from 'vitest'
import { createAssigner } from './assigner.ts'

const { MemberAssignment } = AssignerProtocol

async function deal(
  members: Readonly<Record<string, readonly string[]>>,
  partitions: Readonly<Record<string, number>>,
  latest: readonly string[] = [],
) {
  const asked: string[] = []
  const led: [string, 'earliest' | 'latest'][][] = []
  const cluster = {
    addMultipleTargetTopics: async (topics: string[]) => void asked.push(...topics),
    findTopicPartitionMetadata: (topic: string) =>
      Array.from({ length: partitions[topic] ?? 0 }, (_, partitionId) => ({ partitionId })),
  } as unknown as Cluster
  const memberOf = (from: 'earliest' | 'latest') =>
    createAssigner({ onCluster: () => undefined, onLeading: (topics) => led.push([...topics]), from })({
      cluster,
      groupId: 'g',
      logger: {} as Logger,
    })
  const group: GroupMember[] = Object.entries(members).map(([memberId, topics]) => ({
    memberId,
    memberMetadata: memberOf(latest.includes(memberId) ? 'latest' : 'earliest').protocol({ topics: [...topics] })
      .metadata,
  }))
  const assigner = memberOf('latest')
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
  expect(led.map((topics) => topics.map(([topic]) => topic))).toEqual([['t0', 't1']])
})

test('each topic begins where those ask that read it, whatever the leader asks, and at the earliest of them', async () => {
  const begin = async (latest: string) =>
    Object.fromEntries((await deal({ a: ['t0', 't1'], b: ['t1', 't2'] }, {}, [latest])).led.flat())
  expect(await begin('a')).toEqual({ t0: 'latest', t1: 'earliest', t2: 'earliest' })
  expect(await begin('b')).toEqual({ t0: 'earliest', t1: 'earliest', t2: 'latest' })
})

test('a member for which nothing is left has an empty share', async () => {
  const { shares } = await deal({ a: ['t'], b: ['t'] }, { t: 1 })
  expect(shares).toEqual({ a: { t: [0] }, b: {} })
})
