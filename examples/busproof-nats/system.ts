/**
 * NATS JetStream, real, on loopback: one nats-server, as a program or in a container, whose data is on disk.
 *
 * A run has, in names escaped as `names.ts` has it:
 *
 * - for each topic a stream of its name, with a subject `TOPIC.N` for each partition N; a position is the stream's sequence. A
 *   message is what `record.ts` says: its value, and headers that hold key, tombstone and headers, percent-encoded;
 * - for its groups the stream `PREFIX%groups`, in which the last message of a subject counts. A group's committed offset is
 *   under `PREFIX%groups.GROUP.TOPIC.PARTITION`, as JSON with the position `next`; everything else that a group needs is under
 *   `PREFIX%groups.GROUP`, and belongs to the adapter.
 *
 * Clients log in by `user` and `password`.
 */
import type { PreparedRun, RunningSystem, System, SystemServer, TopicSpec } from 'busproof/system'
import { imageName, missingImage, PrefixInUseError, SiteError } from 'busproof/system'
import { IMAGE, serverInContainer } from './container.ts'
import { groupsOf, streamOf, subjectOf, token } from './names.ts'
import { assertRunning, findServer, type Server, serverIn } from './server.ts'
import { createObserver, createWitness, type Observer } from './witness.ts'

/** How long the server knows the ids of what was published, ns: longer than any publish may take. */
const DUPLICATES = 600_000 * 1_000_000

const ON_EVERY_SITE = {
  contract: 2,
  name: 'nats',
  // Its process can be paused and killed, which would strike other runs too.
  concurrent: false,
  sizes: [1],
} as const

const nats: System = {
  ...ON_EVERY_SITE,
  async missing() {
    const found = await findServer()
    return 'missing' in found ? found.missing : null
  },
  async start({ folder }) {
    const found = await findServer()
    if ('missing' in found) throw new SiteError(found.missing)
    return await startOn(await serverIn(folder, found))
  },
}

export const containers: System = {
  ...ON_EVERY_SITE,
  missing: () => missingImage(IMAGE),
  start: async () => await startOn(await serverInContainer(), ` in ${imageName(IMAGE)}`),
}

async function startOn(server: Server, where = ''): Promise<RunningSystem> {
  const observer = createObserver(server)
  const stop = async (): Promise<void> => {
    await observer[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  }
  try {
    await server.start()
    const version = await untilServing(server, observer)
    return {
      version: `NATS ${version}${where}`,
      canWitness: () => true,
      endpoint: () => server.endpoint,
      servers: [nodeOf(server, observer)],
      prepare: (run) => prepareRun(server, observer, run),
      [Symbol.asyncDispose]: stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Resolves with the version that the server states. */
const untilServing = (server: Server, observer: Observer): Promise<string> =>
  observer.persist('the server does not serve', async (manager, { info }) => {
    await assertRunning(server)
    await manager.getAccountInfo()
    if (info === undefined) throw new SiteError('it has not stated its version')
    return info.version
  })

function nodeOf(server: Server, observer: Observer): SystemServer {
  return {
    name: 'nats-server',
    async pause() {
      if (!(await server.pause())) throw new SiteError('nats-server cannot be paused: it is not running.')
    },
    async resume() {
      if (await server.resume()) await untilServing(server, observer)
    },
    kill: () => server.kill(),
    async restart() {
      await server.start()
      await untilServing(server, observer)
    },
  }
}

async function prepareRun(
  { credentials }: Server,
  observer: Observer,
  { prefix, topics }: Parameters<RunningSystem['prepare']>[0],
): Promise<PreparedRun> {
  await assertUnused(observer, prefix)
  const remove = async (): Promise<void> => void (await removePrefixed(observer, prefix))
  try {
    await makeStreams(observer, prefix, topics)
  } catch (error) {
    await remove()
    throw error
  }
  return { credentials, witness: createWitness(observer, prefix, topics), [Symbol.asyncDispose]: remove }
}

/** What begins with the prefix is removed with the run, so nothing may be there before. */
async function assertUnused(observer: Observer, prefix: string): Promise<void> {
  const names = await streamsUnder(observer, prefix).catch((error: Error) => {
    throw new PrefixInUseError(error.message, { cause: error })
  })
  if (names.length > 0) throw new PrefixInUseError(`NATS: streams cannot be created: ${names[0]} already exists`)
}

const streamsUnder = (observer: Observer, prefix: string): Promise<readonly string[]> =>
  observer.persist('streams are not known', async (manager) => {
    const names: string[] = []
    for await (const name of manager.streams.names()) if (name.startsWith(token(prefix))) names.push(name)
    return names
  })

async function makeStreams(observer: Observer, prefix: string, topics: readonly TopicSpec[]): Promise<void> {
  const partitions = new Map(topics.map((topic) => [topic.name, topic.partitions]))
  const refused = new Set(topics.flatMap((topic) => (topic.refused === true ? [topic.name] : [])))
  for (const { deadLetter } of topics) if (deadLetter !== null) partitions.set(deadLetter, 1)
  await observer.persist('streams cannot be made', async (manager) => {
    // The same again changes nothing, so that it can be tried until it is done.
    for (const [topic, count] of partitions) {
      await manager.streams.add({
        name: streamOf(topic),
        subjects: Array.from({ length: count }, (_, partition) => subjectOf(topic, partition)),
        allow_direct: true,
        duplicate_window: DUPLICATES,
        // No message is as small.
        ...(refused.has(topic) ? { max_msg_size: 1 } : {}),
      })
    }
    const groups = groupsOf(prefix)
    await manager.streams.add({ name: groups, subjects: [`${groups}.*`, `${groups}.*.*.*`], max_msgs_per_subject: 1 })
  })
}

/** Resolves with their names. */
async function removePrefixed(observer: Observer, prefix: string): Promise<readonly string[]> {
  return await observer.persist('the streams of a run cannot be removed', async (manager) => {
    const names = await streamsUnder(observer, prefix)
    for (const name of names) await manager.streams.delete(name)
    return names
  })
}

export default nats
