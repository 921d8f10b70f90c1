/** What a driver hands to its bus, and the event that comes of what an adapter told. */
import type { Message, Observation } from '../adapter.ts'
import type { AdapterEvent } from '../events/adapter.ts'
import { isApart } from '../history/envelope.ts'
import { OP_HEADER } from '../history/header.ts'
import { type Redact, seeError } from '../history/seen-error.ts'
import { idText, indexIn, materialise, optionHeaders } from '../plan/message.ts'
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
  const opHeader = [OP_HEADER, new TextEncoder().encode(op)] as const
  const index = indexIn(op)
  if (index === null) return { topic, key: null, value: new TextEncoder().encode(op), headers: [opHeader] }
  const { key, value, headers } = materialise(config.plan, index, config.claims.messages)
  const planned = config.plan.messages[index]
  const options = planned === undefined ? [] : optionHeaders(planned, config.claims, op)
  const isOfEnvelope = isApart(config.claims)
  // The application leaves the names of the envelope to the bus.
  const own = headers.filter(([name]) => !isOfEnvelope(name))
  return { topic, key, value, headers: [...own, ...options, opHeader] }
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
