/** Gives messages their envelope: headers that say which message it is, what it belongs to, and what caused it. */
import type { Header, Message } from '../../harness/adapter.ts'
import type { EnvelopeClaim, EnvelopeField } from '../../harness/claims.ts'
import { invalid } from '../resilience/index.ts'
import { continued, made, taken } from './fields.ts'

export interface Sealed {
  readonly message: Message
  /** Undefined if the envelope has none. */
  readonly correlationId: string | undefined
}

export interface Envelope {
  /**
   * The message with every field of its envelope; `cause` is the message in whose handling it is published. Throws a permanent
   * bus error that names the field if one is there twice, is no text in UTF-8, or has a value that it does not take.
   */
  seal(message: Message, cause?: Message): Sealed
  /** That which the caller gave, if the field takes it. */
  correlationOf(message: Message): string | undefined
}

export interface EnvelopeOptions {
  /** The share of new traces whose `traceparent` says that they are sampled, from 0 to 1; default 1. */
  readonly sampleRate?: number
}

/** Throws if a field that the claim names is not among its fields. */
export function createEnvelope(
  { fields, messageId, correlationId, causationId }: EnvelopeClaim,
  { sampleRate = 1 }: EnvelopeOptions = {},
): Envelope {
  const entries = Object.entries(fields)
  const missing = [messageId, correlationId, causationId].find(
    (name) => name !== undefined && !Object.hasOwn(fields, name),
  )
  if (missing !== undefined) throw new Error(`the envelope has no field ${missing}: add it to its fields`)

  /** Undefined if the message has none, or one that the field does not take: it may come from another system. */
  function foundIn(message: Message, name: string, field = fields[name]): string | undefined {
    try {
      const value = valueIn(message, name)
      return value === undefined || field === undefined ? undefined : taken(name, field, value)
    } catch {
      return undefined
    }
  }

  /** What a message takes over from the one that caused it; undefined if that is nothing. */
  function inherited(name: string, { type }: EnvelopeField, cause: Message): string | undefined {
    if (name === correlationId) return foundIn(cause, name)
    if (name === causationId) return messageId === undefined ? undefined : foundIn(cause, messageId)
    const trace = type === 'traceparent' ? foundIn(cause, name) : undefined
    return trace === undefined ? undefined : continued(trace)
  }

  return {
    correlationOf: (message) => (correlationId === undefined ? undefined : foundIn(message, correlationId)),
    seal(message, cause) {
      const sealed = new Map<string, string>()
      for (const [name, field] of entries) {
        const given = valueIn(message, name)
        const value =
          given === undefined
            ? ((cause && inherited(name, field, cause)) ?? made(field, sampleRate))
            : taken(name, field, given)
        if (value !== null) sealed.set(name, value)
      }
      const own = message.headers.filter(([name]) => !Object.hasOwn(fields, name))
      const added = [...sealed].map(([name, value]): Header => [name, new TextEncoder().encode(value)])
      return {
        message: { ...message, headers: [...own, ...added] },
        correlationId: correlationId === undefined ? undefined : sealed.get(correlationId),
      }
    },
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The value of a field; undefined if it is absent. */
function valueIn({ headers }: Message, name: string): string | undefined {
  const found = headers.filter(([one]) => one === name)
  if (found.length > 1) throw invalid(`${name} is there ${found.length} times: give it once`)
  try {
    return found[0] === undefined ? undefined : utf8.decode(found[0][1])
  } catch {
    throw invalid(`${name} is no text in UTF-8`)
  }
}
