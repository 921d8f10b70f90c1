/**
 * Where a group begins. Its leader commits the first position of every partition that has none, and no member reads before:
 * otherwise a member that died early would leave the choice to its successor, which knows less and might skip messages.
 */
import type { Cluster } from 'kafkajs'
import type { Subscription } from '../../harness/adapter.ts'
import type { PartitionId } from '../resilience/index.ts'
import type { Beginnings } from './assigner.ts'

export interface Place extends PartitionId {
  readonly next: number
}

export interface Starts {
  use(cluster: Cluster): void
  /** This member leads the group, whose members read all these topics, and each begins where they ask. */
  lead(topics: Beginnings): void
  /** Resolves once each partition of the topics has a position, or with null as soon as `isCurrent` is false. */
  establish(isLeader: boolean, isCurrent: () => boolean): Promise<readonly Place[] | null>
}

/** Between two looks for what the leader has committed, ms. */
const LOOK = 30
/** Failures in a row after which the member counts as lost. */
const TRIES = 5

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export function createStarts({
  group,
  topics,
  from,
  commit,
}: Pick<Subscription, 'group' | 'topics' | 'from'> & {
  readonly commit: (places: readonly Place[]) => Promise<void>
}): Starts {
  let cluster: Cluster | null = null
  let find: Cluster['findGroupCoordinator'] | null = null
  let led: Beginnings = new Map(topics.map((topic) => [topic, from]))

  const committed = async (of: readonly string[]): Promise<readonly Place[]> => {
    if (cluster === null || find === null) throw new Error('the consumer has no connections')
    const known = cluster
    const coordinator = await find({ groupId: group })
    const { responses } = await coordinator.offsetFetch({
      groupId: group,
      topics: of.map((topic) => ({
        topic,
        partitions: known
          .findTopicPartitionMetadata(topic)
          .map(({ partitionId }) => ({ partition: partitionId, offset: '-1' })),
      })),
    })
    return responses.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset }) => ({ topic, partition, next: Number(offset) })),
    )
  }

  const startsOf = async (missing: readonly PartitionId[]): Promise<readonly Place[]> => {
    if (cluster === null) throw new Error('the consumer has no connections')
    const found = await cluster.fetchTopicsOffset(
      [...new Set(missing.map(({ topic }) => topic))].map((topic) => ({
        topic,
        partitions: missing.filter((one) => one.topic === topic).map(({ partition }) => ({ partition })),
        fromBeginning: led.get(topic) !== 'latest',
      })),
    )
    return found.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset }) => ({ topic, partition, next: Number(offset) })),
    )
  }

  /** Null when there was nothing to wait for any more. */
  const attempt = async (isLeader: boolean, isCurrent: () => boolean): Promise<readonly Place[] | null> => {
    const places = await committed(isLeader ? [...led.keys()] : topics)
    const missing = places.filter(({ next }) => next < 0)
    if (missing.length === 0) return places
    if (!isLeader) return null
    const starts = await startsOf(missing)
    if (!isCurrent()) return null
    await commit(starts)
    return [...places.filter(({ next }) => next >= 0), ...starts]
  }

  return {
    use(given) {
      cluster = given
      find = given.findGroupCoordinator.bind(given)
    },
    lead(all) {
      led = all
    },
    async establish(isLeader, isCurrent) {
      let failures = 0
      while (isCurrent()) {
        try {
          const places = await attempt(isLeader, isCurrent)
          if (places !== null) return places
        } catch (error) {
          if (!isCurrent()) return null
          if (++failures >= TRIES) throw error
        }
        await sleep(LOOK)
      }
      return null
    },
  }
}
