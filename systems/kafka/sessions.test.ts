import { describe, expect, it } from 'vitest'
import type { KafkaClient } from './client.ts'
import type { Connection } from './protocol/connection.ts'
import { GROUP_NOT_EMPTY, LEADER_UNAVAILABLE, MEMBER_ID_REQUIRED, SESSION_INVALID } from './protocol/errors.ts'
import { leastSession } from './sessions.ts'

/** A cluster whose one node answers joins by `answer`; it has the groups that have asked, until they are deleted. */
function cluster(answer: (session: number) => number) {
  const groups = new Set<string>()
  const deleted: string[] = []
  /** Members that have been given a name, and are to join by it. */
  const expected = new Set<string>()
  const replies: Readonly<Record<string, (question: Readonly<Record<string, unknown>>) => unknown>> = {
    JoinGroup({ group, session }) {
      groups.add(String(group))
      const error = answer(Number(session))
      if (error === MEMBER_ID_REQUIRED) expected.add(`${group}-1`)
      return { error, member: `${group}-1` }
    },
    LeaveGroup({ members }) {
      for (const { member } of members as readonly { member: string }[]) expected.delete(member)
      return { error: 0 }
    },
    ListGroups: () => ({ error: 0, groups: ['theirs', ...groups].map((group) => ({ group })) }),
    DescribeGroups: () => ({ groups: [...groups].map((group) => ({ error: 0, group, members: [] })) }),
    DeleteGroups(question) {
      const named = question['groups'] as readonly string[]
      if (expected.size > 0) return { groups: named.map((group) => ({ group, error: GROUP_NOT_EMPTY })) }
      deleted.push(...named)
      return { groups: [] }
    },
  }
  const node: Connection = {
    endpoint: { host: '127.0.0.1', port: 1 },
    request: async (api, question) => replies[api.name]?.(question as Readonly<Record<string, unknown>>) as never,
    close: () => undefined,
  }
  const client = { nodes: [node], coordinator: async () => node, present: async () => [node] }
  return { client: client as unknown as KafkaClient, groups, deleted }
}

describe('the shortest session that a cluster takes', () => {
  it.each([
    [100, 1_000],
    [6_000, 6_000],
    [6_001, 10_000],
  ])('is found: with a least of %i ms it is %i ms', async (least, found) => {
    const { client } = cluster((session) => (session < least ? SESSION_INVALID : MEMBER_ID_REQUIRED))
    expect(await leastSession(client)).toBe(found)
  })

  it('is asked for by a group that goes again, and no other does', async () => {
    const { client, groups, deleted } = cluster(() => MEMBER_ID_REQUIRED)
    await leastSession(client)
    expect(deleted).toEqual([...groups])
    expect(deleted).toEqual([expect.stringMatching(/^busproof-probe-[0-9a-f]{12}$/)])
  })

  it('is asked for again while the cluster is not ready', async () => {
    let asked = 0
    const { client } = cluster(() => (asked++ === 0 ? LEADER_UNAVAILABLE : MEMBER_ID_REQUIRED))
    expect(await leastSession(client)).toBe(1_000)
  })

  it('is an error of the site where every one is refused, or the question is', async () => {
    await expect(leastSession(cluster(() => SESSION_INVALID).client)).rejects.toThrow(
      'accepts no session of 1000, 2000',
    )
    await expect(leastSession(cluster(() => 30).client)).rejects.toThrow('a session of 1000 ms: error 30')
  })
})
