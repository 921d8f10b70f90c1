/** How short the sessions of group members may be: a setting of the brokers, which Redpanda does not show. So it is tried. */
import { randomBytes } from 'node:crypto'
import { SiteError } from '../../harness/errors.ts'
import { ANSWER_WITHIN, type KafkaClient, persist } from './client.ts'
import { removeGroups } from './groups.ts'
import { check, GROUP_UNKNOWN, MEMBER_ID_REQUIRED, MEMBER_UNKNOWN, SESSION_INVALID } from './protocol/errors.ts'
import { joinGroup, leaveGroup } from './protocol/group-apis.ts'

/** The first that brokers take is the least, ms; six seconds is the default least of Kafka and of Redpanda. */
const TRIED = [1_000, 2_000, 6_000, 10_000, 30_000]
const WITHIN = 30_000

/** ms. A group of its own asks, which is removed. */
export async function leastSession(client: KafkaClient): Promise<number> {
  const group = `busproof-probe-${randomBytes(6).toString('hex')}`
  const taken = await persist('groups do not answer', WITHIN, async () => {
    for (const session of TRIED) if (await takes(client, group, session)) return session
    return null
  })
  await removeGroups(client, group)
  if (taken === null) throw new SiteError(`the cluster accepts no session of ${TRIED.join(', ')} ms`)
  return taken
}

async function takes(client: KafkaClient, group: string, session: number): Promise<boolean> {
  const node = await client.coordinator(group)
  const question = {
    group,
    session,
    rebalance: session,
    member: '',
    instance: null,
    type: 'consumer',
    protocols: [{ name: 'probe', metadata: new Uint8Array() }],
  }
  const { error, member } = await node.request(joinGroup, question, ANSWER_WITHIN)
  check(error, `a session of ${session} ms`, [SESSION_INVALID, MEMBER_ID_REQUIRED])
  if (error === SESSION_INVALID) return false
  // It is waited for until its session ends, and until then its group cannot be removed.
  const left = await node.request(leaveGroup, { group, members: [{ member, instance: null }] }, ANSWER_WITHIN)
  check(left.error, `the members of ${group}`, [MEMBER_UNKNOWN, GROUP_UNKNOWN])
  return true
}
