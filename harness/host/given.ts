/** Checks the shape of everything that an adapter gives to the harness, so that a slip is a sentence and no riddle. */
import { z } from 'zod'
import type { Bus, BusStats, Consumer, Delivery, Observation, Receipt, WriteReceipt } from '../adapter.ts'
import { type AnyClaims, method } from '../claims/descriptor.ts'
import { owedBy } from '../claims/index.ts'
import { isObject } from '../claims-check.ts'
import { messageOf, UsageError } from '../errors.ts'
import { ADAPTER_KINDS } from '../events/adapter.ts'
import { position, stats } from '../events/parts.ts'
import { sentenceOf } from '../sentence.ts'

const bytes = z.instanceof(Uint8Array, { error: 'must be a Uint8Array' })

const bus = z.looseObject({ publish: method, subscribe: method, close: method, redrive: method.optional() })

const consumer = z.looseObject({ close: method })
const receipt = z.discriminatedUnion('status', [
  z.object({ status: z.literal('acknowledged'), position: position.optional() }),
  z.object({ status: z.literal('queued') }),
])
const writeReceipt = z.discriminatedUnion('event', [
  z.looseObject({ status: z.literal('stored'), event: z.enum(['acknowledged', 'queued']) }),
  z.looseObject({ status: z.literal('stored'), event: z.literal('failed'), error: z.unknown() }),
])
const delivery = z.looseObject({
  message: z.looseObject({
    topic: z.string(),
    key: bytes.nullable(),
    value: bytes.nullable(),
    headers: z.array(z.tuple([z.string(), bytes])),
  }),
  position: position.optional(),
  attempt: z.number(),
})

/**
 * True only of what the schema above takes, and told in a fraction of its time: deliveries are most of what is checked. What throws
 * when it is read is left to the schema, which names the field.
 */
function isDelivery(value: unknown): value is Delivery {
  try {
    if (!isObject(value) || typeof value.attempt !== 'number' || !Number.isFinite(value.attempt)) return false
    const { message, position } = value
    return (position === undefined || isPosition(position)) && isObject(message) && isMessage(message)
  } catch {
    return false // The schema reads it again.
  }
}

const isMessage = ({ topic, key, value, headers }: Readonly<Record<string, unknown>>): boolean =>
  typeof topic === 'string' &&
  (key === null || key instanceof Uint8Array) &&
  (value === null || value instanceof Uint8Array) &&
  Array.isArray(headers) &&
  headers.every(
    (header: unknown) =>
      Array.isArray(header) && header.length === 2 && typeof header[0] === 'string' && header[1] instanceof Uint8Array,
  )

const isPosition = (value: unknown): boolean =>
  isObject(value) && typeof value.topic === 'string' && isWhole(value.partition) && isWhole(value.offset)

const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0

type Shape = z.core.$ZodLooseShape

/** As the event, without what the harness adds. What may be left out may be undefined too; an error may be anything. */
function observationOf(type: string, { node: _, error, ...fields }: Shape): z.ZodObject | z.ZodDiscriminatedUnion {
  const given: Shape = { type: z.literal(type), ...Object.fromEntries(Object.entries(fields).map(lenient)) }
  if (type === 'settled') return settledOf(given)
  const thrown = error instanceof z.ZodExactOptional ? z.unknown().optional() : z.unknown()
  return z.object({ ...given, ...(error === undefined ? {} : { error: thrown }) })
}

const lenient = ([name, field]: [string, z.core.$ZodType]): [string, z.core.$ZodType] => [
  name,
  field instanceof z.ZodExactOptional ? z.optional(field.unwrap()) : field,
]

/** Only what was acknowledged lies somewhere, and only what failed has an error. */
const settledOf = ({ position, ...given }: Shape): z.ZodDiscriminatedUnion =>
  z.discriminatedUnion('status', [
    z.object({ ...given, position, status: z.literal('acknowledged') } as Shape),
    z.object({ ...given, status: z.literal('failed'), error: z.unknown() }),
  ])

const reported = Object.entries(ADAPTER_KINDS).map(([type, { fields }]) => observationOf(type, fields))
/** Only what an adapter may report: the harness's own events are not its to tell. */
const observation = z.discriminatedUnion('type', reported as [z.ZodObject, ...z.ZodObject[]])

/** Each throws a {@link UsageError} that names the adapter, what it gave, and the field. `adapter` is what it is called. */
export function checksFor(adapter: string) {
  const check = <T>(schema: z.ZodType, value: unknown, what: string): T => {
    parse(schema, value, what)
    return value as T
  }
  /** As plain data, so that nothing of it is read again. */
  const copy = <T>(schema: z.ZodType, value: unknown, what: string): T => parse(schema, value, what) as T
  const parse = (schema: z.ZodType, value: unknown, what: string): unknown => {
    const parsed = guarded(() => schema.safeParse(value), schema, value, `${adapter}: ${what}`)
    if (parsed.success) return parsed.data
    throw new UsageError(sentenceOf(parsed.error, `${adapter}: ${what}`))
  }
  return {
    /** It must also have what its claims oblige it to. */
    bus: (value: unknown, claims: Partial<AnyClaims> = {}) =>
      check<Bus>(bus.extend(owedBy(claims)), value, 'open() did not return a bus'),
    consumer: (value: unknown) => check<Consumer>(consumer, value, 'subscribe() did not return a consumer'),
    receipt: (value: unknown) => copy<Receipt>(receipt, value, 'publish() did not return a receipt'),
    writeReceipt: (value: unknown) =>
      copy<WriteReceipt>(writeReceipt, value, 'write() did not return a receipt for a write'),
    given: copy,
    delivery: (value: unknown) =>
      isDelivery(value) ? value : copy<Delivery>(delivery, value, 'the handler was not called with a delivery'),
    stats(value: unknown): BusStats {
      return copy<BusStats>(stats, value, 'stats() did not return statistics')
    },
    /** Without what does not belong to it. */
    observation(value: unknown): Observation {
      const told = copy<Observation>(
        observation,
        value,
        `the value passed to observe() ${nameOf(value)}is not an observation`,
      )
      return withoutUndefined(told)
    },
  }
}

const withoutUndefined = <T extends object>(value: T): T =>
  Object.values(value).includes(undefined)
    ? (Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as T)
    : value

function nameOf(value: unknown): string {
  try {
    return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
      ? `(${JSON.stringify(value.type)}) `
      : ''
  } catch {
    return '' // If reading it throws, the next check reports that.
  }
}

/** A getter or a proxy may throw whatever is read of it. */
function guarded<T>(read: () => T, schema: z.ZodType, value: unknown, where: string): T {
  try {
    return read()
  } catch (error) {
    const field = throwingField(schema, value)
    throw new UsageError(
      `${where}: reading ${field === null ? 'it' : `its field ${field}`} throws: ${messageOf(error)}`,
    )
  }
}

function throwingField(schema: z.ZodType, value: unknown): string | null {
  const named = schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
  const options = schema instanceof z.ZodDiscriminatedUnion ? schema.options : []
  const inUnion = options.flatMap((one) => (one instanceof z.ZodObject ? Object.keys(one.shape) : []))
  return [...named, ...inUnion].find((name) => throws(() => Reflect.get(Object(value), name))) ?? null
}

function throws(read: () => unknown): boolean {
  try {
    read()
    return false
  } catch {
    return true
  }
}
