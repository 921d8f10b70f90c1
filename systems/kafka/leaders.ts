/**
 * Moves leadership in good order, as before a broker is taken out for maintenance. Replicas are asked for in another order
 * and then an election for the first of each: nothing is copied and nothing restarted, so it takes no longer than the
 * clients take to notice.
 */
import { ANSWER_WITHIN, type KafkaClient, persist } from './client.ts'
import { check, LEADER_UNAVAILABLE } from './protocol/errors.ts'
import { alterReassignments, electLeaders } from './protocol/leader-apis.ts'

/** A partition with its replicas, the one that is to lead it first. */
export interface Led {
  readonly topic: string
  readonly partition: number
  readonly replicas: readonly number[]
}

const WITHIN = 20_000
const CONTROLLER_WITHIN = ANSWER_WITHIN - 500
/** A type of election: the first replica is to lead. */
const PREFERRED = 0
/** It leads already; or it is not in sync yet, so that it is asked again. */
const NOT_NOW: readonly number[] = [80, 84]

/** What broker `id` leads and another one could. */
export async function ledBy(client: KafkaClient, id: number): Promise<readonly Led[]> {
  const topics = await persist('topics are not known', WITHIN, () => client.topics(null))
  return topics.flatMap(({ name, partitions }) =>
    partitions
      .filter(({ leader, inSync }) => leader === id && inSync.some((replica) => replica !== id))
      .map(({ partition, replicas, inSync }) => ({
        topic: name,
        partition,
        replicas: [
          id,
          ...[...replicas].filter((one) => one !== id).sort((one, other) => rank(inSync, one) - rank(inSync, other)),
        ],
      })),
  )
}

/** Those that may lead come first; the order among them stays. */
const rank = (inSync: readonly number[], replica: number): number => (inSync.includes(replica) ? 0 : 1)

export const lastOf = (led: Led, id: number): Led => ({
  ...led,
  replicas: [...led.replicas.filter((replica) => replica !== id), id],
})

/** Resolves once the first replica of each leads it. */
export async function lead(client: KafkaClient, wanted: readonly Led[]): Promise<void> {
  if (wanted.length === 0) return
  await persist('leaders cannot be moved', WITHIN, async () => {
    const { error, topics } = await client.ask(alterReassignments, {
      header: null,
      timeout: CONTROLLER_WITHIN,
      topics: byTopic(wanted).map(([name, of]) => ({
        name,
        partitions: of.map(({ partition, replicas }) => ({ partition, replicas, tags: null })),
        tags: null,
      })),
      tags: null,
    })
    check(error, 'the order of replicas')
    for (const { name, partitions } of topics) for (const one of partitions) check(one.error, name)
  })
  await persist('leaders do not move', WITHIN, async () => {
    const { error, topics } = await client.ask(electLeaders, {
      type: PREFERRED,
      topics: byTopic(wanted).map(([name, of]) => ({ name, partitions: of.map(({ partition }) => partition) })),
      timeout: CONTROLLER_WITHIN,
    })
    check(error, 'the election of leaders')
    for (const { name, partitions } of topics) for (const one of partitions) check(one.error, name, NOT_NOW)
    const now = await ledNow(client, wanted)
    for (const { topic, partition, replicas } of wanted) {
      check(now(topic, partition) === replicas[0] ? 0 : LEADER_UNAVAILABLE, `${topic}/${partition}`)
    }
  })
}

async function ledNow(client: KafkaClient, of: readonly Led[]) {
  const topics = await client.topics([...new Set(of.map(({ topic }) => topic))])
  return (name: string, partition: number): number | undefined =>
    topics.find((topic) => topic.name === name)?.partitions.find((one) => one.partition === partition)?.leader
}

function byTopic(led: readonly Led[]): readonly (readonly [topic: string, of: readonly Led[]])[] {
  const topics = new Map<string, Led[]>()
  for (const one of led) topics.set(one.topic, [...(topics.get(one.topic) ?? []), one])
  return [...topics]
}
