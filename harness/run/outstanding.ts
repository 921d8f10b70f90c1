/**
 * Keeps track of what is outstanding in a run, so that the director knows when to continue. It judges nothing, and receives events
 * as they arrive, whereas checks see them in order; `outstanding-agrees.long.test.ts` proves that both agree.
 */

import type { Event, EventOf } from '../events/kinds.ts'
import { isProgress } from '../events/kinds.ts'
import { isDiskLoss } from '../events/system.ts'
import { redrivenOp } from '../history/op.ts'

interface GroupEntry {
  readonly name: string
  readonly topics: Set<string>
  /** Every member so far began at the earliest message; otherwise the start of the group is unknown. */
  fromStart: boolean
  /** Those that are in it now, with what they read. */
  readonly members: Map<string, readonly string[]>
  readonly done: Set<string>
}

export interface Owed {
  readonly group: string
  readonly op: string
}

export interface Outstanding {
  step(event: Event): void
  /**
   * Publishes and subscriptions that have not settled, and acknowledged messages, and what cannot be read, that some group, with a
   * member that reads their topic, has neither handled nor dead-lettered.
   */
  count(): number
  /** Of these, the acknowledged messages, and what cannot be read by its place, with the group that has not settled them. */
  owed(): readonly Owed[]
  /** Whether every group with a member that reads its topic has settled this acknowledged message. */
  settledEverywhere(op: string): boolean
  isAcknowledged(op: string): boolean
  /** Groups seen so far that have no member now, with the topics they read. */
  abandonedGroups(): readonly { readonly group: string; readonly topics: readonly string[] }[]
  /** Time of the last event that brought the run forward, ms. */
  lastProgress(): number
}

/** `relays`: the events of rows that are committed are published in the end, whatever becomes of who stored them. */
export function createOutstanding(relays = false): Outstanding {
  const groups = new Map<string, GroupEntry>()
  const unsettled = new Set<string>()
  const writing = new Set<string>()
  const topicOf = new Map<string, string>()
  const toldSettled = new Set<string>()
  const acknowledged = new Set<string>()
  const publisherOf = new Map<string, string>()
  const opAt = new Map<string, string>()
  const groupOf = new Map<string, { group: string; node: string; topics: readonly string[] }>()
  const joining = new Set<string>()
  /** What a node told last may arrive after it was killed. */
  const killed = new Set<string>()
  /** Ops that were published before a group had subscribed, which is entitled to them only from the start. */
  const early = new Map<string, Set<string>>()
  /** Topics whose dead letters were redriven, and whether that has ended well. */
  const redriven = new Map<string, boolean>()
  let progress = 0

  const owes = (group: GroupEntry, op: string): boolean => {
    const topic = topicOf.get(op) ?? ''
    return (
      [...group.members.values()].some((topics) => topics.includes(topic)) &&
      !group.done.has(op) &&
      (group.fromStart || early.get(group.name)?.has(op) !== true)
    )
  }

  const owed = (): Owed[] =>
    [...groups.values()].flatMap((group) =>
      [...acknowledged].filter((op) => owes(group, op)).map((op) => ({ group: group.name, op })),
    )

  const leave = (consumer: string): void => {
    joining.delete(consumer)
    groups.get(groupOf.get(consumer)?.group ?? '')?.members.delete(consumer)
  }
  const leaveAll = (node: string): void => {
    for (const [consumer, where] of groupOf) if (where.node === node) leave(consumer)
  }
  /** Of a node that was killed. */
  const letGo = (node: string): void => {
    leaveAll(node)
    for (const [op, at] of publisherOf) {
      if (at !== node) continue
      unsettled.delete(op)
      // Its row may be committed: then somebody else publishes its event.
      if (writing.delete(op)) acknowledged.add(op)
    }
  }

  const begin = ({ op, topic, node }: EventOf<'publish' | 'write'>): void => {
    publisherOf.set(op, node)
    topicOf.set(op, topic)
    unsettled.add(op)
  }
  const settle = ({ op, status, position }: EventOf<'published' | 'settled'>): void => {
    unsettled.delete(op)
    if (position !== undefined) opAt.set(JSON.stringify(position), op)
    if (status === 'acknowledged') acknowledged.add(op)
  }

  /** A copy that a redrive publishes is acknowledged once that has ended well. */
  const seeCopy = (op: string, topic: string): void => {
    // A consumer of dead letters may see one of a copy, too.
    if (redrivenOp(op) === null || !redriven.has(topic)) return
    topicOf.set(op, topic)
    if (redriven.get(topic) === true) acknowledged.add(op)
  }

  const steps: { [T in Event['type']]?: (event: Extract<Event, { type: T }>) => void } = {
    publish: begin,
    write: (event) => {
      begin(event)
      if (relays) writing.add(event.op)
    },
    // An event that is still to be published is outstanding as one that has been.
    written: ({ op, event }) => {
      unsettled.delete(op)
      writing.delete(op)
      if (event === 'acknowledged' || event === 'queued') acknowledged.add(op)
    },
    published: (event) => {
      // It settles later, unless its outcome was reported already.
      if (event.status !== 'queued' || toldSettled.has(event.op)) settle(event)
    },
    settled: (event) => {
      toldSettled.add(event.op)
      settle(event)
    },
    subscribe: ({ consumer, group, node, topics, from }) => {
      groupOf.set(consumer, { group, node, topics })
      joining.add(consumer)
      const entry = groups.get(group) ?? {
        name: group,
        topics: new Set(),
        fromStart: true,
        members: new Map(),
        done: new Set(),
      }
      for (const topic of topics) entry.topics.add(topic)
      if (from === 'latest') entry.fromStart = false
      groups.set(group, entry)
    },
    subscribed: ({ consumer, error }) => {
      joining.delete(consumer)
      const { group = '', topics = [] } = groupOf.get(consumer) ?? {}
      const entry = groups.get(group)
      if (entry === undefined || error !== undefined) return
      entry.members.set(consumer, topics)
      if (!early.has(entry.name)) early.set(entry.name, new Set(topicOf.keys()))
    },
    unsubscribe: ({ consumer }) => leave(consumer),
    close: ({ node }) => leaveAll(node),
    killed: ({ node }) => void killed.add(node),
    redrive: ({ topic }) => void redriven.set(topic, false),
    'redrive-ended': ({ topic, error }) => {
      if (error !== undefined) return
      redriven.set(topic, true)
      for (const [op, of] of topicOf) if (of === topic && redrivenOp(op) !== null) acknowledged.add(op)
    },
    deliver: ({ position, op, topic }) => {
      if (op === null) return
      if (position !== undefined) opAt.set(JSON.stringify(position), op)
      seeCopy(op, topic)
    },
    handled: ({ group, op, outcome }) => {
      if (outcome === 'ok' && op !== null) groups.get(group)?.done.add(op)
    },
    stored: ({ position, op }) => {
      if (op === null) return
      opAt.set(JSON.stringify(position), op)
      seeCopy(op, position.topic)
    },
    fault: (event) => {
      if (!isDiskLoss(event)) return
      // Lost messages cannot be delivered.
      acknowledged.clear()
      opAt.clear()
    },
    poison: ({ position }) => {
      const place = JSON.stringify(position)
      topicOf.set(place, position.topic)
      acknowledged.add(place)
    },
    skipped: ({ group, position }) => {
      const op = opAt.get(JSON.stringify(position))
      if (op !== undefined) groups.get(group)?.done.add(op)
    },
    // Not every bus reports its dead letters.
    'dead-letter': ({ op, fields }) => {
      if (op !== null) groups.get(fields['original_group'] ?? '')?.done.add(op)
    },
    'dead-lettered': ({ group, position }) => {
      // What cannot be read has no op; and a node may tell of its dead letter before the harness knows where it lies.
      const place = JSON.stringify(position)
      groups.get(group)?.done.add(opAt.get(place) ?? place)
    },
  }

  return {
    step(event) {
      if (isProgress(event)) progress = event.at
      const step = steps[event.type] as ((event: Event) => void) | undefined
      step?.(event)
      if ('node' in event && killed.has(event.node)) letGo(event.node)
    },
    count() {
      let count = unsettled.size + joining.size
      // Asked every few milliseconds: without a list.
      for (const group of groups.values()) for (const op of acknowledged) if (owes(group, op)) count += 1
      return count
    },
    owed,
    settledEverywhere: (op) => acknowledged.has(op) && [...groups.values()].every((group) => !owes(group, op)),
    isAcknowledged: (op) => acknowledged.has(op),
    abandonedGroups: () =>
      [...groups.values()]
        .filter((group) => group.members.size === 0)
        .map(({ name, topics }) => ({ group: name, topics: [...topics] })),
    lastProgress: () => progress,
  }
}
