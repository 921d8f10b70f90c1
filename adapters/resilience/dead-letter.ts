/** The dead letter of a message whose handling failed for good. Key, value and headers stay byte for byte. */
import { createHash } from 'node:crypto'
import type { Header, Message, Position } from '../../harness/adapter.ts'
import type { DeadLetterClaim } from '../../harness/claims.ts'
import { messageOf, sanitise } from './errors.ts'

export interface FailedHandling {
  readonly message: Message
  readonly position: Position
  readonly group: string
  readonly attempts: number
  readonly error: unknown
  /** The record could not be read as a message, and no handler received it. */
  readonly isUnreadable?: boolean
}

/** Name of the header that marks the dead letter of an unreadable record, which cannot be redriven. */
export const UNREADABLE = 'unreadable'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const NOTHING = new Uint8Array()
const LONGEST_REASON = 1_000

/** `prefix`: the prefix of this run's topics, which also starts the name of a single dead-letter topic. */
export function deadLetterTopic(claim: DeadLetterClaim, topic: string, prefix: string): string {
  return claim.naming === 'per-topic' ? `${topic}${claim.name}` : `${prefix}${claim.name}`
}

export const isDeadLetterTopic = ({ naming, name }: DeadLetterClaim, topic: string, prefix: string): boolean =>
  naming === 'per-topic' ? topic.endsWith(name) : topic === `${prefix}${name}`

/**
 * Identical whenever this message is dead-lettered for this group. The position alone is not enough: after a log has lost its
 * disk, another message is stored there.
 */
export function deadLetterId(
  group: string,
  { topic, partition, offset }: Position,
  { key, value, headers }: Message,
): string {
  const lengths = [key?.length ?? null, value?.length ?? null, headers.map(([name, bytes]) => [name, bytes.length])]
  const all = [text(JSON.stringify(lengths)), key ?? NOTHING, value ?? NOTHING, ...headers.map(([, bytes]) => bytes)]
  const digest = createHash('sha256').update(Buffer.concat(all)).digest('base64url')
  return `${group}/${topic}/${partition}/${offset}/${digest}`
}

/** The original message, with headers that say why, when and from where it was dead-lettered. */
export function deadLetterFor(claim: DeadLetterClaim, failed: FailedHandling, prefix: string): Message {
  const { message, position, group, attempts, error, isUnreadable } = failed
  const added: Header[] = [
    ['original_topic', text(position.topic)],
    ['original_partition', text(String(position.partition))],
    ['original_position', text(String(position.offset))],
    ['original_group', text(group)],
    ['failure_reason', text(sanitise(messageOf(error)).slice(0, LONGEST_REASON))],
    ['error_type', text(typeOf(error))],
    ['failure_timestamp', text(new Date().toISOString())],
    ['attempts', text(String(attempts))],
    ...(isUnreadable === true ? [[UNREADABLE, text('true')] as const] : []),
  ]
  return {
    topic: deadLetterTopic(claim, message.topic, prefix),
    key: message.key,
    value: message.value,
    headers: [...message.headers, ...added],
  }
}

function typeOf(error: unknown): string {
  if (error === undefined || error === null) return 'nothing'
  if (typeof error === 'object' && 'code' in error && typeof error.code === 'string') return error.code
  return error instanceof Error ? error.name : typeof error
}
