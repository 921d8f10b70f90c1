/** Turns what a witness found into events: dead letters separate from messages, contents digested, secrets redacted. */
import type { ResolvedClaims } from '../claims.ts'
import type { Event } from '../events/kinds.ts'
import { contentOf } from '../history/digest.ts'
import { envelopeIn, isApart } from '../history/envelope.ts'
import { opIn } from '../history/op.ts'
import type { Redact } from '../history/seen-error.ts'
import { isUsedOp } from '../plan/message.ts'
import type { StoredMessage, TopicSpec } from '../system-contract.ts'

const utf8 = new TextDecoder()

/** Of the use of a bus for long, of which nothing is recorded: reading it would take time and memory. */
export const isOfLongUse = ({ headers }: StoredMessage): boolean => isUsedOp(opIn(headers) ?? '')

export function storedEvent(
  message: StoredMessage,
  options: {
    readonly topics: readonly TopicSpec[]
    /** Names of the headers that messages carry: what else is in a dead letter, dead-lettering has added. */
    readonly headerNames: ReadonlySet<string>
    readonly claims: Pick<ResolvedClaims, 'envelope'>
    readonly redact: Redact
    readonly at: number
  },
): Event {
  const { claims, redact, at } = options
  const { headers, position } = message
  const op = opIn(headers)
  const isDeadLetter = options.topics.some((topic) => topic.deadLetter === position.topic)
  const isKept = isApart(claims)
  const isAdded = (name: string): boolean => isKept(name) || (isDeadLetter && !options.headerNames.has(name))
  const envelope = envelopeIn(headers, claims, redact)
  const content = contentOf(message, isAdded)
  if (!isDeadLetter) return { type: 'stored', at, op, position, content, ...envelope }
  const fields = Object.fromEntries(
    headers
      .filter(([name]) => !isKept(name) && isAdded(name))
      .map(([name, bytes]) => [name, redact(utf8.decode(bytes))]),
  )
  return { type: 'dead-letter', at, op, position, content, fields, ...envelope }
}
