/** The envelope of a message in a history: the headers that the bus gives it, apart from those of its application. */
import type { Header } from '../adapter.ts'
import type { EnvelopeClaim } from '../claims/envelope.ts'
import { isOfHarness } from '../claims/header-names.ts'
import type { SeenEnvelope } from '../events/parts.ts'
import { digestBytes } from './digest.ts'
import type { Redact } from './seen-error.ts'

interface Enveloped {
  readonly envelope?: EnvelopeClaim
}

/** Whether a header of this name is not the message's own. */
export const isApart = ({ envelope }: Enveloped): ((name: string) => boolean) =>
  envelope === undefined ? isOfHarness : (name) => isOfHarness(name) || Object.hasOwn(envelope.fields, name)

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Each field that is there, in the order of the headers; a value that is no text as its digest. */
export function envelopeIn(
  headers: readonly Header[],
  { envelope }: Enveloped,
  redact: Redact,
): { readonly envelope?: SeenEnvelope } {
  if (envelope === undefined) return {}
  const fields = headers.filter(([name]) => Object.hasOwn(envelope.fields, name))
  return { envelope: fields.map(([name, value]) => [name, redact(textOf(value))] as const) }
}

function textOf(value: Uint8Array): string {
  try {
    return utf8.decode(value)
  } catch {
    return digestBytes(value)
  }
}
