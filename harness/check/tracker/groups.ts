import type { RunHeader } from '../../history/header.ts'
import type { Event, EventOf, Position } from '../event.ts'
import { join, listIn, type Moment } from './moment.ts'
import type { Nodes } from './nodes.ts'
import type { Operation } from './operations.ts'
import { createSpans, type Spans } from './spans.ts'

export interface ConsumerRecord {
  readonly consumer: string
  readonly node: string
  readonly group: string
  readonly topics: readonly string[]
  readonly from: 'earliest' | 'latest'
  readonly began: Moment
  /** When `subscribe` had succeeded. */
  subscribed: Moment | null
  /** When `subscribe` settled at all. */
  settled: Moment | null
  /** When it was told to leave. */
  leaving: Moment | null
  /** When it had left. */
  left: Moment | null
}

/** One group on one topic. */
export interface GroupOnTopic {
  readonly group: string
  readonly topic: string
  readonly consumers: ConsumerRecord[]
  /** First successful subscription: where a `latest` group's entitlement begins at the latest. */
  firstSubscribed: Moment | null
}

export interface Groups {
  readonly takes: readonly Event['type'][]
  step(event: Event, moment: Moment): void
  consumer(name: string): ConsumerRecord | undefined
  consumers(): Iterable<ConsumerRecord>
  on(topic: string): readonly GroupOnTopic[]
  get(group: string, topic: string): GroupOnTopic | undefined
  /** Consumers that were members at the moment, and neither leaving nor on a node that closes or ended. */
  live(group: string, topic: string, at: Moment): readonly ConsumerRecord[]
  /** Whether the membership was changing at some moment of `[from, to]`. Ask at the end. */
  changed(group: string, from: number, to: number): boolean
  /**
   * Whether this member was given or lost the partition of this place, or any if its place is unknown, in `[from, to]`; null if its
   * adapter reports no assignments.
   */
  reassigned(consumer: string, place: Position | null, from: number, to: number): boolean | null
}

/** Every member asked to begin with the oldest message. */
export const startsAtEarliest = ({ consumers }: GroupOnTopic): boolean =>
  consumers.every(({ from }) => from === 'earliest')

/** Whether the group was certainly entitled to the message. */
export const isEntitled = (subscribed: GroupOnTopic, { began }: Operation): boolean =>
  subscribed.firstSubscribed !== null && (startsAtEarliest(subscribed) || subscribed.firstSubscribed.seq < began.seq)

export function createGroups(nodes: Nodes, { claims }: RunHeader): Groups {
  const consumers = new Map<string, ConsumerRecord>()
  const byTopic = new Map<string, GroupOnTopic[]>()
  const changes = createChanges(claims.consume.session)
  /** What each member that reports it gained and lost. */
  const assignments = new Map<string, EventOf<'assigned' | 'revoked'>[]>()

  const subscribe = (event: EventOf<'subscribe'>, began: Moment): void => {
    const { consumer, node, group, topics, from } = event
    const record = {
      consumer,
      node,
      group,
      topics,
      from,
      began,
      subscribed: null,
      settled: null,
      leaving: null,
      left: null,
    }
    consumers.set(consumer, record)
    for (const topic of topics) {
      const groups = listIn(byTopic, topic)
      const known = groups.find((one) => one.group === group)
      if (known !== undefined) known.consumers.push(record)
      else groups.push({ group, topic, consumers: [record], firstSubscribed: null })
    }
  }
  const subscribed = (record: ConsumerRecord, moment: Moment, failed: boolean): void => {
    record.settled ??= moment
    if (failed) return
    record.subscribed ??= moment
    for (const topic of record.topics) {
      const group = byTopic.get(topic)?.find((one) => one.group === record.group)
      if (group !== undefined) group.firstSubscribed ??= moment
    }
  }
  const isLive = ({ node, subscribed, leaving }: ConsumerRecord, { seq }: Moment): boolean => {
    const gone = nodes.goneAt(node)
    const stays = (leaving === null || leaving.seq > seq) && (gone === null || gone.seq > seq)
    return subscribed !== null && subscribed.seq < seq && stays
  }

  return {
    takes: [
      'subscribe',
      'subscribed',
      'unsubscribe',
      'unsubscribed',
      'close',
      'closed',
      'killed',
      'crashed',
      'assigned',
      'revoked',
    ],
    step(event, moment) {
      if (event.type === 'subscribe') subscribe(event, moment)
      const record = 'consumer' in event ? consumers.get(event.consumer) : undefined
      if (event.type === 'subscribed' && record !== undefined) subscribed(record, moment, event.error !== undefined)
      if (event.type === 'unsubscribe' && record !== undefined) record.leaving ??= moment
      if (event.type === 'unsubscribed' && record !== undefined) record.left ??= moment
      if (event.type === 'assigned' || event.type === 'revoked') listIn(assignments, event.consumer).push(event)
      changes.step(event, record, consumers)
    },
    consumer: (name) => consumers.get(name),
    consumers: () => consumers.values(),
    on: (topic) => byTopic.get(topic) ?? [],
    get: (group, topic) => byTopic.get(topic)?.find((one) => one.group === group),
    live(group, topic, at) {
      const found = byTopic.get(topic)?.find((one) => one.group === group)
      return found?.consumers.filter((consumer) => isLive(consumer, at)) ?? []
    },
    changed: changes.touch,
    reassigned: (consumer, place, from, to) =>
      assignments
        .get(consumer)
        ?.some(({ at, partitions }) => at >= from && at <= to && partitions.some((one) => isAt(one, place))) ?? null,
  }
}

const isAt = ({ topic, partition }: Pick<Position, 'topic' | 'partition'>, place: Position | null): boolean =>
  place === null || (topic === place.topic && partition === place.partition)

/**
 * When memberships change: joins and leaves from call to end, closing nodes, killed ones until their sessions have ended
 * for certain, and what the adapter reports.
 */
function createChanges(session: number) {
  const byGroup = new Map<string, Spans>()
  const open = new Map<string, ((at: number) => void)[]>()

  const begin = (group: string, at: number): ((at: number) => void) => {
    const spans = byGroup.get(group) ?? createSpans()
    byGroup.set(group, spans)
    return spans.begin(at)
  }
  const endAll = (key: string, at: number): void => {
    for (const end of open.get(key) ?? []) end(at)
    open.delete(key)
  }
  const groupsOf = (consumers: ReadonlyMap<string, ConsumerRecord>, node: string): ReadonlySet<string> =>
    new Set([...consumers.values()].filter((one) => one.node === node).map((one) => one.group))

  return {
    step(event: Event, record: ConsumerRecord | undefined, consumers: ReadonlyMap<string, ConsumerRecord>): void {
      switch (event.type) {
        case 'subscribe':
        case 'unsubscribe':
          if (record !== undefined) listIn(open, join('consumer', event.consumer)).push(begin(record.group, event.at))
          return
        case 'subscribed':
        case 'unsubscribed':
          endAll(join('consumer', event.consumer), event.at)
          return
        case 'close':
        case 'crashed':
          for (const group of groupsOf(consumers, event.node)) {
            listIn(open, join('node', event.node)).push(begin(group, event.at))
          }
          return
        case 'killed':
          // What it sent last may arrive later, and a session begin only then.
          for (const group of groupsOf(consumers, event.node)) begin(group, event.at)(event.at + 2 * session)
          return
        case 'closed':
          endAll(join('node', event.node), event.at)
          return
        case 'assigned':
        case 'revoked':
          if (record !== undefined) begin(record.group, event.at)(event.at)
          return
      }
    },
    touch: (group: string, from: number, to: number): boolean => byGroup.get(group)?.touch(from, to) ?? false,
  }
}
