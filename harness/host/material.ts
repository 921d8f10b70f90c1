/** What a driver hands to its bus, and the event that comes of what an adapter told. */
import type { Message, Observation } from '../adapter.ts'
import { OP_HEADER } from '../history/event.ts'
import { type Redact, seeError } from '../history/seen-error.ts'
import { materialise } from '../plan/message.ts'
import type { Emit, NodeConfig } from './host.ts'

export function observed(observation: Observation, node: string, at: number, redact: Redact): Parameters<Emit>[0] {
  if (observation.type !== 'attempt-ended') return { ...redactAll(observation, redact), at, node }
  const { error, ...rest } = observation
  return { ...redactAll(rest, redact), at, node, ...(error === undefined ? {} : { error: seeError(error, redact) }) }
}

/** The same, each text in it redacted. */
export function redactAll<T>(value: T, redact: Redact): T {
  const go = (part: unknown): unknown => {
    if (typeof part === 'string') return redact(part)
    if (Array.isArray(part)) return part.map(go)
    if (typeof part !== 'object' || part === null) return part
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, go(inner)]))
  }
  return go(value) as T
}

export function messageFor(config: NodeConfig, op: string, topic: string): Message {
  const opHeader = [OP_HEADER, new TextEncoder().encode(op)] as const
  if (!op.startsWith('m')) return { topic, key: null, value: new TextEncoder().encode(op), headers: [opHeader] }
  const { key, value, headers } = materialise(config.plan, Number(op.slice(1)), config.claims.messages.maxBytes)
  return { topic, key, value, headers: [...headers, opHeader] }
}
