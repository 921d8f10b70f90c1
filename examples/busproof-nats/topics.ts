/** What the adapter knows of a topic: a stream, with a subject for each partition. */
import { jetstreamManager } from '@nats-io/jetstream'
import { streamOf } from './names.ts'
import type { Session } from './session.ts'

export interface TopicInfo {
  readonly partitions: number
  /** Where what it retains begins. */
  readonly first: number
  /** What was stored last; 0 before the first message. */
  readonly last: number
}

export const lookUp = async (session: Session, topic: string, signal?: AbortSignal): Promise<TopicInfo> =>
  await session.ask(async (nats, timeout) => {
    const manager = await jetstreamManager(nats, { timeout, checkAPI: false })
    const { config, state } = await manager.streams.info(streamOf(topic))
    return { partitions: config.subjects?.length ?? 0, first: Math.max(1, state.first_seq), last: state.last_seq }
  }, signal)
