/** What broken envelopes share. */
import { randomUUID } from 'node:crypto'
import type { Header, Message } from '../harness/adapter.ts'
import type { EnvelopeClaim, EnvelopeField } from '../harness/claims.ts'

/** The same message with this field; without it, if the value is null. */
export function withField(message: Message, name: string, value: string | null): Message {
  const others = message.headers.filter(([one]) => one !== name)
  const own: readonly Header[] = value === null ? [] : [[name, new TextEncoder().encode(value)]]
  return { ...message, headers: [...others, ...own] }
}

/** The value of a field; null if it has none. */
export function fieldOf({ headers }: Message, name: string): string | null {
  const found = headers.find(([one]) => one === name)
  return found === undefined ? null : new TextDecoder().decode(found[1])
}

/** The same claim with another field of this name. */
export const withClaimed = (
  claim: EnvelopeClaim,
  name: string,
  change: (field: EnvelopeField) => EnvelopeField,
): EnvelopeClaim => ({
  ...claim,
  fields: { ...claim.fields, [name]: change(claim.fields[name] ?? { type: 'text' }) },
})

export const newId = (): string => randomUUID()
