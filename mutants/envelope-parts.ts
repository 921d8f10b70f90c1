/** What broken envelopes share. */
import { randomUUID } from 'node:crypto'
import { headerText } from '../adapters/resilience/index.ts'
import type { Bus, BusError, Header, Message } from '../harness/adapter.ts'
import type { EnvelopeClaim, EnvelopeField } from '../harness/claims.ts'

/** The same message with this field; without it, if the value is null. */
export function withField(message: Message, name: string, value: string | null): Message {
  const others = message.headers.filter(([one]) => one !== name)
  const own: readonly Header[] = value === null ? [] : [[name, new TextEncoder().encode(value)]]
  return { ...message, headers: [...others, ...own] }
}

/** The value of a field; null if it has none. */
export const fieldOf = (message: Message, name: string): string | null => headerText(message, name) ?? null

/** The same claim with another field of this name. */
export const withClaimed = (
  claim: EnvelopeClaim,
  name: string,
  change: (field: EnvelopeField) => EnvelopeField,
): EnvelopeClaim => ({
  ...claim,
  fields: { ...claim.fields, [name]: change(claim.fields[name] ?? { type: 'text' }) },
})

/** The same bus, which takes the cause of a message for one without this field. */
export const forgettingOfCauses =
  (name: string) =>
  (bus: Bus): Bus => ({
    ...bus,
    publish: (message, { cause, ...options }) =>
      bus.publish(message, cause === undefined ? options : { ...options, cause: withField(cause, name, null) }),
  })

/** The same bus, which says this of a field that it refuses. */
export const refusingFieldsWith =
  (text: string) =>
  (bus: Bus): Bus => ({
    ...bus,
    publish: (message, options) =>
      bus.publish(message, options).catch((error: Partial<BusError>) => {
        throw error.message?.startsWith('ce_') === true
          ? Object.assign(new Error(text), { code: error.code, effect: 'none', retryable: false })
          : error
      }),
  })

/** The same bus, whose messages have this in a field that their caller left out. */
export const filling =
  (name: string, valueFor: (message: Message) => string) =>
  (bus: Bus): Bus => ({
    ...bus,
    publish: (message, options) =>
      bus.publish(fieldOf(message, name) === null ? withField(message, name, valueFor(message)) : message, options),
  })

export const newId = (): string => randomUUID()
