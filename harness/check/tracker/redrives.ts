import { isDeadLetterTopic } from '../../dead-letter-topic.ts'
import type { RunHeader } from '../../history/header.ts'
import { redrivenOp } from '../../history/op.ts'
import type { Event, EventOf } from '../event.ts'
import { listIn, type Moment } from './moment.ts'

export interface Redrive {
  readonly name: string
  readonly topic: string
  readonly node: string
  readonly began: Moment
  ended: (Moment & { readonly told: EventOf<'redrive-ended'> }) | null
}

/** A message that was redriven, as the witness found it. */
export interface RedrivenCopy extends Moment {
  readonly found: EventOf<'stored'>
}

/**
 * Redrives of dead letters, and consumers that read dead letters. These are set aside, so that what is owed to messages that somebody
 * published is not asked of them.
 */
export interface Redrives {
  /** Whether the event belongs to them, and to nothing else. */
  step(event: Event, moment: Moment): boolean
  readonly all: readonly Redrive[]
  /** The last one of this topic. */
  of(topic: string): Redrive | undefined
  /** What is stored that was redriven, by the op of the message that the dead letter was of. */
  stored(op: string): readonly RedrivenCopy[]
  /** The same, all that lie in this topic. */
  storedIn(topic: string): readonly RedrivenCopy[]
  /** Whether a publish of this redrive failed at least once. */
  isTroubled(name: string): boolean
  /** Calls of handlers of consumers that read dead letters, and their ends. */
  readonly read: readonly EventOf<'deliver'>[]
  readonly handled: readonly EventOf<'handled'>[]
  /** What they were not handed, because its id was known or its time was over. */
  readonly passed: readonly EventOf<'skipped'>[]
  /** Dead letters of dead letters. */
  readonly nested: readonly EventOf<'dead-letter'>[]
}

export function createRedrives({ claims, prefix }: RunHeader): Redrives {
  const all: Redrive[] = []
  const byName = new Map<string, Redrive>()
  const stored = new Map<string, RedrivenCopy[]>()
  const storedIn = new Map<string, RedrivenCopy[]>()
  const read: EventOf<'deliver'>[] = []
  const handled: EventOf<'handled'>[] = []
  const passed: EventOf<'skipped'>[] = []
  const troubled = new Set<string>()
  const nested: EventOf<'dead-letter'>[] = []
  const consumers = new Set<string>()
  const groups = new Set<string>()

  const isLetters = (topic: string): boolean => isDeadLetterTopic(claims, topic, prefix)

  const ofReader = (event: Event): boolean => {
    if (event.type === 'subscribe' && event.topics.some(isLetters)) {
      consumers.add(event.consumer)
      groups.add(event.group)
    }
    if ('consumer' in event && consumers.has(event.consumer)) return true
    return event.type === 'position' && groups.has(event.group)
  }

  return {
    all,
    of: (topic) => all.findLast((redrive) => redrive.topic === topic),
    read,
    handled,
    passed,
    nested,
    stored: (op) => stored.get(op) ?? [],
    storedIn: (topic) => storedIn.get(topic) ?? [],
    isTroubled: (name) => troubled.has(name),
    step(event, moment) {
      if (event.type === 'redrive') {
        const redrive: Redrive = {
          name: event.redrive,
          topic: event.topic,
          node: event.node,
          began: moment,
          ended: null,
        }
        all.push(redrive)
        byName.set(event.redrive, redrive)
        return true
      }
      if (event.type === 'redrive-ended') {
        const redrive = byName.get(event.redrive)
        if (redrive !== undefined) redrive.ended = { ...moment, told: event }
        // What it failed with is an error that a caller was told, as any other.
        return false
      }
      if (ofReader(event)) {
        if (event.type === 'deliver') read.push(event)
        else if (event.type === 'handled') handled.push(event)
        else if (event.type === 'skipped') passed.push(event)
        return true
      }
      if (event.type === 'dead-letter' && isNested(event)) {
        nested.push(event)
        return true
      }
      if (event.type === 'attempt-ended' && event.outcome !== 'ok')
        for (const { name } of all) if (event.op.startsWith(name)) troubled.add(name)
      const op = 'op' in event ? redrivenOp(event.op) : null
      if (op !== null && event.type === 'stored') {
        const copy = { ...moment, found: event }
        listIn(stored, op).push(copy)
        listIn(storedIn, event.position.topic).push(copy)
      }
      return false
    },
  }

  function isNested({ fields }: EventOf<'dead-letter'>): boolean {
    const { original_topic: topic, original_group: group } = fields
    return (topic !== undefined && isLetters(topic)) || (group !== undefined && groups.has(group))
  }
}
