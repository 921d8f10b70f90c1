/** What a driver hands to its bus, and the event that comes of what an adapter told. */
import type { Header, Message, Observation } from '../adapter.ts'
import { CASES, givenFields, likeFields, NO_FIELDS } from '../claims/envelope-values.ts'
import type { AdapterEvent } from '../events/adapter.ts'
import { isApart } from '../history/envelope.ts'
import { opIn } from '../history/op.ts'
import { type Redact, seeError } from '../history/seen-error.ts'
import { idText, indexIn, materialise, optionHeaders } from '../plan/message.ts'
import { OP_HEADER } from '../vocabulary.ts'
import type { NodeConfig } from './host.ts'

export function observed(observation: Observation, node: string, at: number, redact: Redact): AdapterEvent {
  const { error, ...rest } = { error: undefined, ...observation }
  const why = error === undefined && !owesError(observation) ? {} : { error: seeError(error, redact) }
  return { ...redactAll(rest, redact), at, node, ...why } as AdapterEvent
}

/** Also where it is undefined: anything can be thrown. */
const owesError = (observation: Observation): boolean =>
  observation.type === 'suppressed' || (observation.type === 'settled' && observation.status === 'failed')

/** The same, each text in it redacted; the very same where no text had to be. */
export function redactAll<T>(value: T, redact: Redact): T {
  const go = (part: unknown): unknown => {
    if (typeof part === 'string') return redact(part)
    if (typeof part !== 'object' || part === null) return part
    const before = Object.values(part)
    const after = before.map(go)
    if (after.every((inner, index) => inner === before[index])) return part
    return Array.isArray(part)
      ? after
      : Object.fromEntries(Object.keys(part).map((name, index) => [name, after[index]]))
  }
  return go(value) as T
}

export function messageFor(config: NodeConfig, op: string, topic: string): Message {
  const index = indexIn(op)
  if (index === null) return { topic, key: null, value: text(op), headers: [opHeader(op)] }
  const { key, value } = materialise(config.plan, index, config.claims.messages)
  const planned = config.plan.messages[index]
  const options = planned === undefined ? [] : optionHeaders(planned, config.claims, { op, topic })
  return { topic, key, value, headers: [...ownHeaders(config, index), ...options, opHeader(op)] }
}

/** A message that is published because of the one that `cause` carries: with the headers of its cause, and some fields. */
export function followingFor(config: NodeConfig, op: string, cause: Message): Message {
  const index = indexIn(opIn(cause.headers) ?? '')
  const planned = config.plan.messages[index ?? -1]
  const { envelope } = config.claims
  const plain = messageFor(config, op, cause.topic)
  if (index === null || planned === undefined || envelope === undefined) return plain
  const { envelope: way = NO_FIELDS } = planned
  // Others than its cause has, so that it can be told which were taken over.
  const given = givenFields(envelope, way === NO_FIELDS ? NO_FIELDS : (way + 1) % CASES, op)
  const fields = given.map(([name, value]) => [name, text(value)] as const)
  return { ...plain, headers: [...ownHeaders(config, index), ...fields, ...plain.headers] }
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const opHeader = (op: string) => [OP_HEADER, text(op)] as const

/** Of the application, which leaves the names of the envelope to the bus, but may have names like them. */
function ownHeaders({ plan, claims }: NodeConfig, index: number): readonly Header[] {
  const isOfEnvelope = isApart(claims)
  const { headers } = materialise(plan, index, claims.messages)
  const own = headers.filter(([name]) => !isOfEnvelope(name))
  const { envelope = NO_FIELDS } = plan.messages[index] ?? {}
  if (claims.envelope === undefined || envelope === NO_FIELDS) return own
  const alike = likeFields(claims.envelope).filter((name) => !isOfEnvelope(name) && own.every(([one]) => one !== name))
  return [...own, ...alike.map((name) => [name, text(name)] as const)]
}

/** What the message asks for beyond being delivered, and what is counted of it, for the history. */
export function optionsOf(
  { plan, claims }: NodeConfig,
  op: string,
  { value }: Message,
): { readonly id?: string; readonly ttlMs?: number; readonly bytes?: number } {
  const { id = -1, ttlMs = null } = plan.messages[indexIn(op) ?? -1] ?? {}
  return {
    ...(claims.deduplication === undefined || id < 0 ? {} : { id: idText(id) }),
    ...(claims.timeToLive === undefined || ttlMs === null ? {} : { ttlMs }),
    ...(claims.stats === undefined ? {} : { bytes: value?.length ?? 0 }),
  }
}
