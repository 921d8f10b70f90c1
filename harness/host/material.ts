/** What a driver hands to its bus, and the event that comes of what an adapter told. */
import type { Message, Observation } from '../adapter.ts'
import { OP_HEADER } from '../history/event.ts'
import { type Redact, seeError } from '../history/seen-error.ts'
import { materialise } from '../plan/message.ts'
import type { Emit, NodeConfig } from './host.ts'

export function observed(observation: Observation, node: string, at: number, redact: Redact): Parameters<Emit>[0] {
  if (observation.type !== 'attempt-ended') return { ...observation, at, node }
  const { error, ...rest } = observation
  return { ...rest, at, node, ...(error === undefined ? {} : { error: seeError(error, redact) }) }
}

export function messageFor(config: NodeConfig, op: string, topic: string): Message {
  const opHeader = [OP_HEADER, new TextEncoder().encode(op)] as const
  if (!op.startsWith('m')) return { topic, key: null, value: new TextEncoder().encode(op), headers: [opHeader] }
  const { key, value, headers } = materialise(config.plan, Number(op.slice(1)), config.claims.messages.maxBytes)
  return { topic, key, value, headers: [...headers, opHeader] }
}
