/** What one run has on the brokers: the topics and groups whose names begin with its prefix. */
import { PrefixInUseError } from '../../harness/errors.ts'
import type { PreparedRun, RunningSystem, TopicSpec } from '../../harness/system-contract.ts'
import { ANSWER_WITHIN, type KafkaClient, ledPartitions, persist } from './client.ts'
import { countMembers, createPositions, removeGroups } from './groups.ts'
import { createTopics, deleteTopics, metadata } from './protocol/cluster-apis.ts'
import { check, LEADER_UNAVAILABLE, TOPIC_EXISTS, TOPIC_UNKNOWN } from './protocol/errors.ts'
import { minInSync } from './settings.ts'
import { readStored } from './stored.ts'

type RunRequest = Parameters<RunningSystem['prepare']>[0]

const WITHIN = 20_000
/** How long the controller itself may take, ms: less than we wait for its answer. */
const CONTROLLER_WITHIN = ANSWER_WITHIN - 500

export async function prepareRun(client: KafkaClient, { prefix, topics }: RunRequest): Promise<PreparedRun> {
  const made: PreparedRun = {
    credentials: {},
    witness: {
      stored: () => readStored(client, prefix),
      committed: createPositions(client, prefix),
      resources: async () => ({ members: await countMembers(client, prefix) }),
    },
    async [Symbol.asyncDispose]() {
      await removeGroups(client, prefix)
      await removeTopics(client, prefix)
    },
  }
  await assertUnused(client, prefix)
  try {
    await makeTopics(client, topics)
    // A leader that everybody knows may itself not have taken over yet: until it has, it refuses to be read.
    await readStored(client, prefix)
    return made
  } catch (error) {
    // Where they cannot be removed either, why they could not be made says more.
    await removeTopics(client, prefix).catch(() => undefined)
    throw error
  }
}

/** What begins with the prefix is removed with the run, so nothing may be there before. */
async function assertUnused(client: KafkaClient, prefix: string): Promise<void> {
  const topics = await persist('topics are not known', WITHIN, () => client.topics(null)).catch((error: Error) => {
    throw new PrefixInUseError(error.message, { cause: error })
  })
  const taken = topics.find(({ name }) => name.startsWith(prefix))
  if (taken !== undefined) throw new PrefixInUseError(`Kafka: topics cannot be created: ${taken.name} already exists`)
}

async function makeTopics(client: KafkaClient, topics: readonly TopicSpec[]): Promise<void> {
  const partitions = new Map(topics.map((topic) => [topic.name, topic.partitions]))
  const refused = new Set(topics.flatMap((topic) => (topic.refused === true ? [topic.name] : [])))
  for (const { deadLetter } of topics) if (deadLetter !== null) partitions.set(deadLetter, 1)
  const replicas = client.nodes.length < 3 ? 1 : 3
  const question = {
    topics: [...partitions].map(([name, count]) => ({
      name,
      partitions: count,
      replicas,
      assignments: [],
      settings: [
        { name: 'min.insync.replicas', value: String(minInSync(replicas)) },
        // No message is as small.
        ...(refused.has(name) ? [{ name: 'max.message.bytes', value: '1' }] : []),
      ],
    })),
    timeout: CONTROLLER_WITHIN,
    validateOnly: false,
  }
  let tries = 0
  await persist('topics cannot be made', WITHIN, async () => {
    tries += 1
    const answer = await client.ask(createTopics, question)
    // An attempt whose answer did not come may have made them.
    const accepted = tries > 1 ? [TOPIC_EXISTS] : []
    for (const { name, error, message } of answer.topics) check(error, message ?? name, accepted)
  })
  await persist('topics have no leaders', WITHIN, () => allLed(client, [...partitions.keys()]))
}

/** Every broker must know them, because a client may ask any. */
async function allLed(client: KafkaClient, names: readonly string[]): Promise<void> {
  const asked = client.nodes.map(async (node) => {
    const { topics } = await node.request(metadata, { topics: names, create: false }, ANSWER_WITHIN)
    for (const topic of topics) ledPartitions(topic)
  })
  await Promise.all(asked)
}

/** Resolves with their names. */
export async function removeTopics(client: KafkaClient, prefix: string): Promise<readonly string[]> {
  const removed = new Set<string>()
  await persist('the topics of a run cannot be removed', WITHIN, async () => {
    const names = (await client.topics(null)).map(({ name }) => name).filter((name) => name.startsWith(prefix))
    if (names.length === 0) return
    for (const name of names) removed.add(name)
    const answer = await client.ask(deleteTopics, { names, timeout: CONTROLLER_WITHIN })
    for (const { name, error } of answer.topics) check(error, name, [TOPIC_UNKNOWN])
    // A broker learns of it from the controller, and lists them until then.
    check(LEADER_UNAVAILABLE, names.join(', '))
  })
  return [...removed]
}
