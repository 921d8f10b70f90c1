import { z } from 'zod'
import type { Claims } from './claims.ts'
import type { ClaimDescriptor } from './descriptor.ts'
import { CASES, isOf, MOST, NO_FIELDS, settingOf } from './envelope-values.ts'
import { isOfHarness, isToken } from './header-names.ts'

/** What may stand in a field, as text. */
export type FieldType = 'text' | 'uuid' | 'time' | 'integer' | 'choice' | 'traceparent'

/** A field of the envelope: a header of its name, in UTF-8, at most one in a message. */
export interface EnvelopeField {
  /** `time` as ISO 8601; `integer` in decimal digits; `traceparent` as in W3C Trace Context, whose trace id the bus keeps while it may set another parent. */
  readonly type: FieldType
  /** Of an `integer`: the least and the most; default 0 and 2³¹ − 1. */
  readonly least?: number
  readonly most?: number
  /** Of a `choice`: its values, each with other spellings that the bus takes and turns into it. */
  readonly choices?: Readonly<Record<string, readonly string[]>>
  /** Of a `choice`: whether the bus keeps any other value as it is, or refuses the message. */
  readonly others?: 'kept' | 'refused'
  /**
   * What a field has that the caller leaves out: a value that the bus makes, another one for each message unless it is a `time`; always
   * the same one; or, of a text, the value of the setting of `configuration` with this name. If absent, the field stays out.
   */
  readonly absent?: 'generated' | { readonly value: string } | { readonly setting: string }
}

export interface EnvelopeClaim {
  /** By the names of their headers. */
  readonly fields: Readonly<Record<string, EnvelopeField>>
  /** The field by which a message is known; generated if the caller gives none. */
  readonly messageId?: string
  /** The field that all messages share which come of one another; generated likewise. */
  readonly correlationId?: string
  /** The field with the id of the message in whose handling this one is published. Needs `messageId`. */
  readonly causationId?: string
}

export interface EnvelopePart {
  /** The bus gives each message an envelope of headers, and keeps it together with the message. */
  readonly envelope?: EnvelopeClaim
}

export interface EnvelopeMessage {
  /** Which fields the caller gives, and what stands in them; -1 or absent for none. Only if `envelope` is claimed. */
  readonly envelope?: number
  /** Whether each handler that succeeds publishes another message because of it. Only if `envelope` is claimed. */
  readonly followUp?: 'none' | 'publish'
}

const field = z.strictObject({
  type: z.enum(['text', 'uuid', 'time', 'integer', 'choice', 'traceparent']),
  least: z.int().exactOptional(),
  most: z.int().exactOptional(),
  choices: z.record(z.string().min(1), z.array(z.string().min(1))).exactOptional(),
  others: z.enum(['kept', 'refused']).exactOptional(),
  absent: z
    .union([
      z.literal('generated'),
      z.strictObject({ value: z.string() }),
      z.strictObject({ setting: z.string().min(1) }),
    ])
    .exactOptional(),
})

const name = z.string().min(1).exactOptional()

const ROLES = ['messageId', 'correlationId', 'causationId'] as const

function wrongIn(at: string, field: EnvelopeField): string | null {
  const { type, choices, others, least = 0, most = MOST, absent } = field
  if ((type === 'choice') !== (choices !== undefined) || (type === 'choice') !== (others !== undefined))
    return `${at} is of the type ${type}, but choices and others are for a choice, which needs both.`
  if (choices !== undefined && Object.keys(choices).length === 0)
    return `${at}.choices is empty, so nothing can be chosen.`
  const spellings = Object.entries(choices ?? {}).flat(2)
  const twice = spellings.find((one, index) => spellings.indexOf(one) !== index)
  if (twice !== undefined) return `${at}.choices has ${twice} twice, so that it has two meanings.`
  if (type !== 'integer' && (field.least !== undefined || field.most !== undefined))
    return `${at} is of the type ${type}, but least and most are for an integer.`
  if (least > most) return `${at}.least is ${least}, above ${at}.most (${most}).`
  if (absent === 'generated' && (type === 'integer' || type === 'choice'))
    return `${at}.absent is generated, but only a uuid, a text, a time or a traceparent can be.`
  if (typeof absent === 'object' && 'value' in absent && !isOf(field, absent.value))
    return `${at}.absent is ${JSON.stringify(absent.value)}, which the field does not take.`
  return null
}

/** A field that takes over a setting needs one that always has a text. */
function withoutSetting(at: string, field: EnvelopeField, { configuration }: Claims): string | null {
  const name = settingOf(field)
  if (name === undefined) return null
  const { type } = field
  const setting = configuration?.settings[name]
  if (type !== 'text') return `${at} is of the type ${type}, but only a text can have the value of a setting.`
  if (setting === undefined) return `${at}.absent is the setting ${name}, which configuration does not have.`
  return setting.type === 'text' && setting.default !== null && setting.secret !== true
    ? null
    : `${at}.absent is the setting ${name}, which must be a text that is no secret and has a default.`
}

export const envelope = {
  shape: () =>
    z.strictObject({
      fields: z.record(z.string().min(1), field),
      messageId: name,
      correlationId: name,
      causationId: name,
    }),
  contradiction({ fields, ...named }, claims) {
    const { deduplication, timeToLive, messages } = claims
    for (const [name, one] of Object.entries(fields)) {
      const at = `envelope.fields.${name}`
      const wrong = wrongIn(at, one) ?? withoutSetting(at, one, claims)
      if (wrong !== null) return wrong
      if (name === deduplication?.header || name === timeToLive?.header)
        return `envelope.fields.${name} is also the header of ${name === timeToLive?.header ? 'timeToLive' : 'deduplication'}, by which callers give it; leave one of them out.`
      if (isOfHarness(name))
        return `envelope.fields.${name} is a header of busproof itself; give the field another name.`
      if (messages.headerNames === 'token' && !isToken(name))
        return `envelope.fields.${name} is no token, and messages.headerNames says that every name is.`
    }
    if (named.messageId !== undefined && named.messageId === named.correlationId)
      return `envelope.messageId and envelope.correlationId are both ${named.messageId}, so no two messages could share a correlation.`
    if (Object.keys(fields).length === 0) return 'envelope.fields is empty, so there is no envelope.'
    for (const role of ROLES) {
      const name = named[role]
      if (name === undefined) continue
      const one = fields[name]
      if (one === undefined) return `envelope.${role} is ${name}, which envelope.fields does not have.`
      if (one.type !== 'uuid' && one.type !== 'text')
        return `envelope.${role} is ${name}, of the type ${one.type}, but must be a uuid or a text.`
      if (role !== 'causationId' && one.absent !== 'generated')
        return `envelope.${role} is ${name}, which must be generated where it is absent.`
      if (role === 'causationId' && one.absent !== undefined)
        return `envelope.causationId is ${name}, which must stay out where nothing caused the message.`
    }
    if (named.causationId !== undefined && named.messageId === undefined)
      return 'envelope.causationId is claimed without messageId, so it has nothing to name.'
    return null
  },
  conditions: {
    envelope: {
      options: {
        envelope: {
          shape: z
            .int()
            .min(NO_FIELDS)
            .max(CASES - 1),
          values: [NO_FIELDS, ...Array.from({ length: CASES }, (_, index) => index)],
          weight: (index) => (index === NO_FIELDS ? CASES : 1),
        },
        followUp: {
          shape: z.enum(['none', 'publish']),
          values: ['none', 'publish'],
          weight: (what) => (what === 'none' ? 5 : 1),
        },
      },
    },
    causes: {
      when: ({ correlationId, causationId, fields }) =>
        correlationId !== undefined ||
        causationId !== undefined ||
        Object.values(fields).some(({ type }) => type === 'traceparent'),
    },
    correlation: { when: ({ correlationId }) => correlationId !== undefined },
  },
  docs: {
    envelope: 'the bus gives each message an [envelope](adapter.md#envelope) of headers, and keeps it with the message',
    'envelope.fields':
      'by the names of their headers: the `type`, `least` and `most`, the `choices` with their other spellings, and what it has if it is `absent`',
    'envelope.messageId': 'optional: the field by which a message is known',
    'envelope.correlationId':
      'optional: the field that messages share which come of one another, and that errors carry as `correlationId`',
    'envelope.causationId': 'optional: the field with the id of the message in whose handling this one is published',
  },
} satisfies ClaimDescriptor<'envelope'>
