/** What the harness asks the brokers, on INTERNAL and past every link; other brokers are asked while one is gone. */
import { PassingError, SiteError } from '../../harness/errors.ts'
import type { Endpoint } from '../../harness/system-contract.ts'
import type { Api } from './protocol/api.ts'
import { metadata } from './protocol/cluster-apis.ts'
import { type Connection, createConnection } from './protocol/connection.ts'
import { check, isPassing, LEADER_UNAVAILABLE, NoAnswer } from './protocol/errors.ts'
import { findCoordinator } from './protocol/group-apis.ts'
import type { Of } from './protocol/types.ts'

export type Metadata = Of<typeof metadata.response>
export type TopicMetadata = Metadata['topics'][number]

/** A broker by the number that its cluster knows it by, and where the witness reaches it. */
export interface Broker extends Endpoint {
  readonly id: number
}

export interface KafkaClient {
  /** One for each broker, in the order in which they were given. */
  readonly nodes: readonly Connection[]
  /** The first answer of any broker. */
  ask<Question, Answer>(api: Api<Question, Answer>, question: Question): Promise<Answer>
  /**
   * Topics, null for all, as seen by the brokers that answer; where they differ about a partition's leader, the newer
   * epoch is right.
   */
  topics(names: readonly string[] | null): Promise<readonly TopicMetadata[]>
  /** The brokers that the cluster itself knows to be there just now. */
  present(): Promise<readonly Connection[]>
  /** The broker that coordinates this group, whether there is one by that name or not. */
  coordinator(group: string): Promise<Connection>
  node(id: number): Connection
  close(): void
}

/** How long one broker may take to answer before another is asked, ms. */
export const ANSWER_WITHIN = 2_000
/** A type of FindCoordinator. */
const GROUP = 0

export function createClient(brokers: readonly Broker[]): KafkaClient {
  const nodes = brokers.map(({ host, port }) => createConnection({ host, port }))
  const byId = new Map(brokers.map(({ id }, index) => [id, nodes[index]]))
  /** The one that answered last is asked first, for another may be paused. */
  let preferred = 0
  const client: KafkaClient = {
    nodes,
    async ask(api, question) {
      let failure: unknown = new NoAnswer('there is no node')
      for (const node of [...nodes.slice(preferred), ...nodes.slice(0, preferred)]) {
        try {
          const answer = await node.request(api, question, ANSWER_WITHIN)
          preferred = nodes.indexOf(node)
          return answer
        } catch (error) {
          if (!(error instanceof NoAnswer)) throw error
          failure = error
        }
      }
      throw failure
    },
    async topics(names) {
      const asked = nodes.map((node) => node.request(metadata, { topics: names, create: false }, ANSWER_WITHIN))
      return merge((await whatAnswered(asked)).map(({ topics }) => topics))
    },
    async present() {
      const { brokers } = await client.ask(metadata, { topics: [], create: false })
      return brokers.map(({ id }) => client.node(id))
    },
    async coordinator(group) {
      const found = await client.ask(findCoordinator, { key: group, type: GROUP })
      check(found.error, `the coordinator of ${group}`)
      return client.node(found.node)
    },
    node(id) {
      const node = byId.get(id)
      if (node !== undefined) return node
      throw new SiteError(`Kafka names a broker ${id} that was not there at the start: ${[...byId.keys()].join(', ')}`)
    },
    close() {
      for (const node of nodes) node.close()
    },
  }
  return client
}

/** Throws the first failure when there is no answer at all, or one that is no mere absence. */
async function whatAnswered<T>(asked: readonly Promise<T>[]): Promise<readonly T[]> {
  const results = await Promise.allSettled(asked)
  const failures = results.filter((result) => result.status === 'rejected').map(({ reason }): unknown => reason)
  const grave = failures.find((reason) => !(reason instanceof NoAnswer))
  if (grave !== undefined) throw grave
  const answers = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value)
  if (answers.length === 0) throw failures[0]
  return answers
}

function merge(views: readonly (readonly TopicMetadata[])[]): readonly TopicMetadata[] {
  const topics = new Map<string, TopicMetadata>()
  for (const topic of views.flat()) {
    const known = topics.get(topic.name)
    if (known === undefined || epochs(topic) > epochs(known)) topics.set(topic.name, topic)
  }
  return [...topics.values()]
}

/** Epochs only grow, so of two views of a topic the one with the larger sum is the newer; one that fails has none. */
const epochs = ({ partitions }: TopicMetadata): number => partitions.reduce((sum, { epoch }) => sum + epoch + 1, 0)

/** Between two attempts, ms. */
const PAUSE = 20

/** Tries again while what fails may pass by itself; rejects with PassingError when it has not after `within` ms, and with SiteError at once for anything else. */
export async function persist<T>(what: string, within: number, attempt: () => Promise<T>): Promise<T> {
  const until = performance.now() + within
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (error instanceof SiteError) throw error
      const message = error instanceof Error ? error.message : String(error)
      if (!isPassing(error)) throw new SiteError(`Kafka: ${what}: ${message}`, { cause: error })
      if (performance.now() > until) {
        throw new PassingError(`Kafka: ${what}, tried for ${within} ms: ${message}`, { cause: error })
      }
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE))
  }
}

/** Throws what {@link persist} takes for passing while the partitions of `topic` are not all there and led. */
export function ledPartitions(topic: TopicMetadata): TopicMetadata['partitions'] {
  check(topic.error, topic.name)
  for (const { partition, leader } of topic.partitions) {
    check(leader < 0 ? LEADER_UNAVAILABLE : 0, `${topic.name}/${partition}`)
  }
  return topic.partitions
}
