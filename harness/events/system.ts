/** What the witness saw, with its own client that no fault affects, and what the links prove about faults. */
import { z } from 'zod'
import { FAULT_KINDS, faultName, isOutage, OUTAGE_KINDS, outageName } from '../faults.ts'
import { plural } from '../text.ts'
import { ROLES } from '../vocabulary.ts'
import { kind } from './kind.ts'
import { content, digest, envelope, next, number, place, position, redacted, seenRow, text } from './parts.ts'
import { nextText, positionText } from './words.ts'

/** What a fault affected while it was active. A fault that affected nothing did not land. */
export interface Landed {
  /** Connections refused, reset or cut. */
  readonly connections: number
  /** Bytes held back, lost, delayed or sliced. */
  readonly bytes: number
}
const landed: z.ZodType<Landed> = z.object({ connections: number, bytes: number })

export const hasLanded = (landed: Landed): boolean => landed.connections > 0 || landed.bytes > 0

/** Afterwards the system has none of its stored data, and later messages get the positions of earlier ones. */
export const isDiskLoss = (event: { readonly type: string; readonly kind?: unknown }): boolean =>
  event.type === 'fault' && event.kind === 'lose-disk'

const fault = {
  fault: number,
  kind: z.enum([...FAULT_KINDS, ...OUTAGE_KINDS]),
  /** `system`: a server of the system, and so every role. */
  role: z.enum([...ROLES, 'system']),
}

export const SYSTEM_KINDS = {
  /** A publish request for this message reached the system, stored or not. Live witnesses only. */
  received: kind({
    fields: { op: text, topic: text },
    column: 'network',
    about: 'message',
    sentence: (event) => `a request for ${event.op} reaches the system`,
  }),
  /** Stored in a topic that is not a dead-letter topic. `after`: read at the end of the run, so `at` says nothing. */
  stored: kind({
    fields: { op: text.nullable(), position, content, envelope: envelope.exactOptional() },
    column: 'network',
    about: 'stored message',
    sentence: (event) => `${event.op ?? 'a message without an id'} stored at ${positionText(event.position)}`,
  }),
  /** Stored in a dead-letter topic. */
  'dead-letter': kind({
    fields: {
      op: text.nullable(),
      position,
      content,
      /** The headers that dead-lettering added, as text. */
      fields: z.record(text, redacted),
      envelope: envelope.exactOptional(),
    },
    column: 'dead letters',
    about: 'stored message',
    sentence: (event) => `${event.op ?? 'no id'} stored at ${positionText(event.position)}`,
  }),
  /** The group's committed position was `next` or more at `at` (live: at once; after: polled, so it happened before). */
  position: kind({
    fields: { group: text, ...place, next },
    column: 'consumer',
    about: 'progress',
    sentence: (event) => `${event.group} has committed ${nextText(event)}`,
  }),
  /** Every row that the witness found stored when the run had ended, if it can read rows. */
  rows: kind({
    fields: { rows: z.array(seenRow) },
    column: 'network',
    about: 'message',
    sentence: (event) => `${plural(event.rows.length, 'row')} stored`,
  }),
  /** The harness has stored there, bypassing every link, a record that the adapter's codec cannot read; it has no key. */
  poison: kind({
    fields: { position, value: digest },
    column: 'network',
    about: 'poison',
    sentence: (event) => `✖ an unreadable record is stored at ${positionText(event.position)}`,
  }),
  fault: kind({
    fields: { ...fault, direction: z.enum(['up', 'down']) },
    column: 'network',
    about: 'fault',
    sentence: ({ kind, role, direction }) => {
      const name = faultName(kind, direction)
      if (role === 'system') return `✖ ${name}`
      return `✖ ${name === kind ? `${name} on ${role}` : `${kind} on ${role} ${direction}`}`
    },
  }),
  healed: kind({
    fields: { ...fault, landed },
    column: 'network',
    about: 'fault',
    sentence: ({ kind, role, landed }) =>
      `✓ ${isOutage(kind) ? outageName(kind) : `${kind} on ${role}`} healed, ${landedText(landed)}`,
  }),
}

function landedText(by: Landed): string {
  if (!hasLanded(by)) return 'hit nothing'
  const parts = [
    by.connections > 0 ? plural(by.connections, 'connection') : '',
    by.bytes > 0 ? plural(by.bytes, 'byte') : '',
  ]
  return `hit ${parts.filter((part) => part !== '').join(', ')}`
}
