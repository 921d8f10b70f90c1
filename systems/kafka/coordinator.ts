/**
 * Whether groups have a coordinator that works. Kafka 4.1.1 after a kill sometimes serves with a coordinator that has loaded nothing,
 * and refuses every group once the next write has failed; its log then says "out of sync with the underlying log".
 */
import { PassingError } from '../../harness/errors.ts'
import { ANSWER_WITHIN, type KafkaClient, persist } from './client.ts'
import { commitOffsets } from './protocol/commit-apis.ts'
import { COORDINATOR_UNAVAILABLE, check } from './protocol/errors.ts'
import { fetchOffsets } from './protocol/group-apis.ts'

/** A group with one committed offset, which a coordinator that has loaded its state knows. */
const KEPT = 'busproof-kept'
/** Commits show whether the coordinator can write. */
const WRITTEN = 'busproof-written'
/** Kafka's own topic of groups; there is always one. */
const PLACE = { topic: '__consumer_offsets', partition: 0 }

export interface Coordinator {
  /** To be called once, when the cluster serves for the first time. */
  remember(): Promise<void>
  /** Rejects with {@link CoordinatorLost} if it does not work for long. Resolves at once before anything was remembered. */
  untilWorking(): Promise<void>
}

/** Groups do not work, and will not without another start. */
export class CoordinatorLost extends PassingError {
  override readonly name = 'CoordinatorLost'
}

/** Loading takes a second or two on a busy machine, ms. */
const WORKS_WITHIN = 8_000
const REMEMBER_WITHIN = 60_000

export function createCoordinator(client: KafkaClient, within = WORKS_WITHIN): Coordinator {
  let isRemembered = false
  const commit = async (group: string): Promise<void> => {
    const node = await client.coordinator(group)
    const partitions = [{ partition: PLACE.partition, offset: 1, epoch: -1, metadata: null }]
    const question = { group, generation: -1, member: '', topics: [{ name: PLACE.topic, partitions }] }
    const { topics } = await node.request(commitOffsets, question, ANSWER_WITHIN)
    for (const { error } of topics.flatMap((topic) => topic.partitions)) check(error, `a commit of ${group}`)
  }
  const isKept = async (): Promise<boolean> => {
    const node = await client.coordinator(KEPT)
    const answer = await node.request(fetchOffsets, { group: KEPT, topics: null }, ANSWER_WITHIN)
    check(answer.error, `positions of ${KEPT}`)
    return answer.topics.some(({ partitions }) => partitions.some(({ offset }) => offset === 1))
  }
  const assertWorks = async (): Promise<void> => {
    const kept = await isKept()
    // Only a write makes Kafka find out, and load again.
    await commit(WRITTEN)
    check(kept ? 0 : COORDINATOR_UNAVAILABLE, 'the coordinator of groups has lost what was committed')
  }
  return {
    async remember() {
      await persist('groups have no coordinator', REMEMBER_WITHIN, () => commit(KEPT))
      isRemembered = true
    },
    async untilWorking() {
      if (!isRemembered) return
      try {
        await persist('groups have no coordinator that works', within, assertWorks)
      } catch (error) {
        if (!(error instanceof PassingError)) throw error
        throw new CoordinatorLost(error.message, { cause: error })
      }
    },
  }
}
