/** What the callers of a plan give in the fields of an envelope, and what the fields do not take. */
import { createRandom, deriveSeed, hashString } from '../random.ts'
import type { EnvelopeClaim, EnvelopeField } from './envelope.ts'

/** Of a message whose caller gives no field. */
export const NO_FIELDS = -1
/** So many ways of giving fields are told apart: twice as many as a field has values, but for choices. */
export const CASES = 12

/** Names and values, in the order of the claim. */
export type GivenFields = readonly (readonly [name: string, value: string])[]

/** The most of an integer that claims none. */
export const MOST = 2 ** 31 - 1

/** Values that a field must take, the plainest first. `hex` makes so many digits which differ from message to message. */
function rightValues(
  { type, choices = {}, others, least = 0, most = MOST }: EnvelopeField,
  hex: (digits: number) => string,
): readonly string[] {
  switch (type) {
    case 'text':
      return [hex(8), `${hex(4)} Größe ☃ "=;,`, '0017', '', ` ${hex(4)} `, hex(2_000)]
    case 'uuid':
      return [`${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`]
    case 'time':
      return [
        '2026-01-31T12:00:00.000Z',
        '2026-01-31T12:00:00Z',
        '1999-12-31T23:59:59.999999Z',
        '2026-01-31T14:00:00.000+02:00',
      ]
    case 'integer':
      return [...new Set([least, most, Math.floor((least + most) / 2)])].map(String)
    case 'choice':
      return [...Object.entries(choices).flat(2), ...(others === 'kept' ? [`Unheard-of ${hex(4)}`] : [])]
    case 'traceparent':
      return [`00-1${hex(31)}-2${hex(15)}-01`, `00-1${hex(31)}-2${hex(15)}-00`]
  }
}

/** Values that a field must refuse; none where it takes any text. */
function wrongValues({ type, others, least = 0, most = MOST }: EnvelopeField): readonly string[] {
  switch (type) {
    case 'text':
      return []
    case 'uuid':
      return ['17', '', 'z'.repeat(36), `${'1'.repeat(8)}-${'1'.repeat(28)}`]
    case 'time':
      return ['yesterday', '2026', '2026-01-31', '2026-02-31T12:00:00Z', 'Sat, 31 Jan 2026 12:00:00 GMT']
    case 'integer':
      return [String(least - 1), String(most + 1), `${least}.5`, `0${most}`, `+${most}`, ` ${most}`, '1e1', '1a', '']
    case 'choice':
      return others === 'refused' ? ['NO_SUCH_CHOICE', ''] : []
    case 'traceparent':
      return [
        `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`,
        `00-${'1'.repeat(32)}-${'0'.repeat(16)}-01`,
        `ff-${'1'.repeat(32)}-${'1'.repeat(16)}-01`,
        `00-${'g'.repeat(32)}-${'1'.repeat(16)}-01`,
        '00-1-2-01',
      ]
  }
}

/**
 * What the caller of the message `op` gives in the fields, as its plan says with `index`: every second way gives each field, the others some. Over all
 * ways each field gets every value that it must take.
 */
export function givenFields({ fields }: EnvelopeClaim, index: number, op: string): GivenFields {
  if (index === NO_FIELDS) return []
  return Object.entries(fields).flatMap(([name, field]) => {
    const drawing = createRandom(deriveSeed(index, name, op))
    const hex = (digits: number): string =>
      Array.from({ length: digits }, () => Math.floor(drawing() * 16).toString(16)).join('')
    const values = rightValues(field, hex)
    const value = values[(Math.floor(index / 2) + hashString(name)) % values.length] ?? ''
    const isGiven = index % 2 === 0 || createRandom(deriveSeed(index, name))() < 0.5
    return isGiven ? [[name, value] as const] : []
  })
}

/** A field that must be refused, as headers give it, and in words. */
export interface RefusedField {
  readonly name: string
  readonly values: readonly (string | Uint8Array)[]
  readonly told: string
}

/** Each wrong value of each field; the first field also twice, and with bytes that are no text. */
export function refusedFields({ fields }: EnvelopeClaim): readonly RefusedField[] {
  const wrong = Object.entries(fields).flatMap(([name, field]) =>
    wrongValues(field).map((value) => ({ name, values: [value], told: JSON.stringify(value) })),
  )
  const any = Object.entries(fields).slice(0, 1)
  return [
    ...wrong,
    ...any.flatMap(([name, field]) => {
      const [value = ''] = rightValues(field, (digits) => '7'.repeat(digits))
      return [
        { name, values: [value, value], told: `${JSON.stringify(value)} twice` },
        { name, values: [Uint8Array.of(0xff, 0xfe)], told: 'bytes that are no text' },
      ]
    }),
  ]
}

/** Names that are no fields, but might be taken for the first. */
export function likeFields({ fields }: EnvelopeClaim): readonly string[] {
  const [name] = Object.keys(fields)
  return name === undefined ? [] : [name.toUpperCase(), `${name}_2`]
}

/** The setting whose value the field takes over; undefined if it takes over none. */
export const settingOf = ({ absent }: EnvelopeField): string | undefined =>
  typeof absent === 'object' && 'setting' in absent ? absent.setting : undefined

/** What becomes of a value that the caller gave. */
export function keptValue({ type, choices = {} }: EnvelopeField, given: string): string {
  if (type !== 'choice') return given
  return Object.entries(choices).find(([, spellings]) => spellings.includes(given))?.[0] ?? given
}

const SHAPES = {
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i,
  time: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/,
  integer: /^(?:0|-?[1-9]\d*)$/,
  traceparent: /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/,
} as const

/** Whether the text can stand in the field once the bus has taken it. */
export function isOf(field: EnvelopeField, value: string): boolean {
  const { type, choices = {}, others, least = 0, most = MOST } = field
  if (type === 'text') return true
  if (type === 'choice') return others === 'kept' ? keptValue(field, value) === value : Object.hasOwn(choices, value)
  if (!SHAPES[type].test(value)) return false
  if (type === 'time') return !Number.isNaN(Date.parse(value)) && isDay(value.slice(0, 10))
  return type !== 'integer' || (Number(value) >= least && Number(value) <= most)
}

/** Not one that `Date` takes for a day of the next month. */
const isDay = (text: string): boolean => new Date(`${text}T00:00:00Z`).toISOString().startsWith(text)

/** The trace that a `traceparent` belongs to, which stays while the parent changes. */
export const traceIn = (traceparent: string): string => traceparent.slice(3, 35)
