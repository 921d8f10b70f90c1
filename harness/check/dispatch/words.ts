import type { Unhandled } from '../../claims/dispatch-values.ts'

/** Why a message has no handler, in words. */
export const WORDS: Readonly<Record<Unhandled, string>> = {
  unregistered: 'its type is not registered',
  foreignDomain: 'its type belongs to a domain that the topic does not carry',
  wrongCategory: 'the topic does not carry its category',
}
