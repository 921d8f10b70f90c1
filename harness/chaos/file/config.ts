/** What a chaos file says: whom the run is for, its load, its faults, and what ends it. */
import { z } from 'zod'
import { ROLES } from '../../adapter.ts'
import { parseDuration } from '../../duration.ts'
import { messageOf } from '../../errors.ts'
import { FAULT_KINDS, OUTAGE_KINDS } from '../../faults.ts'
import { parseThreshold } from './threshold.ts'

/** In place of words about optional fields, which these are not. */
const required = {
  error: ({ input }: { readonly input?: unknown }) => (input === undefined ? 'must be given' : undefined),
}

/** Reads a text by a function that throws for what it cannot read; zod then names the place. */
const reading = <T>(read: (text: string) => T, example: string) => {
  const shape = z.unknown().transform((given, context): T => {
    const refuse = (message: string): T => {
      context.issues.push({ code: 'custom', input: given, message })
      return z.NEVER
    }
    if (given === undefined) return refuse(`must be given, such as ${example}`)
    if (typeof given !== 'string' || given.trim() === '') return refuse(`must be a text such as ${example}`)
    if (/[\r\n]/.test(given)) return refuse(`must be one line, such as ${example}`)
    try {
      return read(given)
    } catch (error) {
      return refuse(messageOf(error))
    }
  })
  return shape.meta({ type: 'string', examples: [example] })
}

/** What editors are told. */
export function jsonSchemaOf(shape: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' })
  return schema
}

/** The shape is chosen before it is tried: of a union that nothing fits, zod would tell what a form lacks that nobody meant. */
const chosen = <T>(forms: readonly z.ZodType<T>[], choose: (given: unknown) => z.ZodType<T> | string) => {
  const shape = z.unknown().transform((given, context): T => {
    const one = choose(given)
    const parsed = typeof one === 'string' ? null : one.safeParse(given)
    if (parsed?.success === true) return parsed.data
    const [issue] = parsed?.error.issues ?? []
    if (issue === undefined) context.issues.push({ code: 'custom', input: given, message: String(one) })
    else context.issues.push({ ...issue, input: given } as z.core.$ZodRawIssue)
    return z.NEVER
  })
  return shape.meta({ anyOf: forms.map(jsonSchemaOf) })
}

const isMap = (given: unknown): given is object => typeof given === 'object' && given !== null && !Array.isArray(given)

/** The first of these keys that it has. */
const keyOf = <K extends string>(given: unknown, shapes: Readonly<Record<K, unknown>>): K | undefined =>
  (Object.keys(shapes) as K[]).find((key) => isMap(given) && Object.hasOwn(given, key))

function fail(text: string, mend: string): never {
  throw new RangeError(`${text} is not ${mend}`)
}

/** ms, written with a unit: 30m, 90s, 250ms. */
const duration = reading((text) => parseDuration(text, 'the duration'), '30s')
const someTime = duration.refine((ms) => ms > 0, { message: 'must be longer than 0' })

/** Messages a second, written 100/s. */
const rate = reading((text) => {
  const [, number = ''] = /^(\d*\.?\d+)\s*\/\s*s$/.exec(text.trim()) ?? []
  return number === '' || Number(number) <= 0 ? fail(text, 'a rate: write it like 100/s') : Number(number)
}, '100/s')

const SIZES = { B: 1, KB: 1_000, KiB: 1_024, MB: 1_000_000, MiB: 1_048_576 } as const
/** An epoch of such messages still fits into memory. */
const MOST_BYTES = 10_000_000
const size = reading((text) => {
  const [, number = '', unit = ''] = /^(\d*\.?\d+)\s*(B|KB|KiB|MB|MiB)$/.exec(text.trim()) ?? []
  if (number === '') fail(text, 'a size: write it like 200B, 10KB or 1MiB')
  return Math.round(Number(number) * SIZES[unit as keyof typeof SIZES])
}, '10KB')
/** Bytes, with a unit or without. */
const bytes = chosen<number>([z.int(), size], (given) => (typeof given === 'number' ? z.int() : size)).refine(
  (given) => given >= 1 && given <= MOST_BYTES,
  { message: 'must be between 1B and 10MB' },
)

/** Written 2.5%, read as a part of 1. */
const share = reading((text) => {
  const [, number = ''] = /^(\d*\.?\d+)\s*%$/.exec(text.trim()) ?? []
  return number === '' || Number(number) > 100
    ? fail(text, 'a share: write it like 1%, at most 100%')
    : Number(number) / 100
}, '1%')

interface Range {
  readonly least: number
  readonly most: number
}

/** A range, or one value for both of its ends. */
const rangeOf = (one: z.ZodType<number>) => {
  const both = z
    .strictObject({ least: one, most: one })
    .refine(({ least, most }) => least <= most, { message: 'least must not be more than most', path: ['least'] })
  const single = one.transform((value) => ({ least: value, most: value }))
  return chosen<Range>([both, single], (given) => (isMap(given) ? both : single))
}

const line = z
  .string(required)
  .trim()
  .min(1, { message: 'must not be empty' })
  .refine((given) => !/[\r\n]/.test(given), { message: 'must be one line' })

const words = z.array(line, required).min(1, { message: 'must name a program' })

const SOURCES = {
  env: z.strictObject({ env: line }),
  file: z.strictObject({ file: line }),
  command: z.strictObject({ command: words }),
}
export type SecretText = string | z.infer<(typeof SOURCES)[keyof typeof SOURCES]>

/** A text that may be a secret: as it is, from the environment, from a file, or printed by a command. */
const text = chosen<SecretText>([line, ...Object.values(SOURCES)], (given) => {
  if (typeof given === 'string') return line
  const source = keyOf(given, SOURCES)
  return source === undefined
    ? 'must be a text, or one of { env: NAME }, { file: PATH }, { command: [PROGRAM] }'
    : SOURCES[source]
})

const target = z
  .strictObject(
    {
      /** A built-in name, a path from the working directory, or an installed package. */
      adapter: line,
      site: z.enum(['remote', 'real', 'containers']).default('remote'),
      /** Of a system that we start ourselves. */
      servers: z.int().min(1).max(9).exactOptional(),
      /** Of a system that runs already: what BUSPROOF_REMOTE_… of its kind would hold. */
      address: text.exactOptional(),
      /** Hosts that may be used. */
      allow: z.array(line).default([]),
      /** Pins what the address leads to. */
      expect: z.strictObject({ cluster: line }).exactOptional(),
      toxiproxy: z.enum(['auto', 'off', 'required']).default('auto'),
    },
    required,
  )
  .superRefine(({ site, address, allow, servers, expect }, context) => {
    const issue = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message, input: site })
    if (site !== 'remote') {
      if (address !== undefined) issue('address', `the site ${site} starts its own system: leave the address out`)
      if (expect !== undefined) issue('expect', `the site ${site} starts its own system: leave the pin out`)
      return
    }
    if (servers !== undefined) issue('servers', 'a system that runs already has its servers: leave it out')
    if (allow.length === 0) issue('allow', 'must list the hosts that may be used, such as 127.0.0.1')
  })

const handlers = z
  .strictObject({
    /** Rejected once, then handled. */
    failing: share.default(0),
    /** Rejected each time, with an error that may pass. */
    hopeless: share.default(0),
    /** Rejected for good. */
    permanent: share.default(0),
    slow: share.default(0),
    slowFor: someTime.default(200),
  })
  // Shares that add up to 100% may exceed 1 by what a sum of fractions loses.
  .refine(({ failing, hopeless, permanent, slow }) => failing + hopeless + permanent + slow <= 1 + 1e-9, {
    message: 'together they must not be more than 100%',
  })

const count = (most: number, fallback: number) => z.int().min(1).max(most).default(fallback)

/** Messages a second. More would be a load test, of a system that others use. */
const MOST_RATE = 2_000

const load = z.strictObject(
  {
    rate: rate.refine((given) => given <= MOST_RATE, { message: `must be at most ${MOST_RATE}/s` }),
    /** How long the rate takes to rise. */
    ramp: duration.default(0),
    producers: count(100, 1),
    nodes: count(20, 2),
    topics: count(20, 1),
    partitions: count(100, 3),
    keys: z
      .strictObject({ count: count(1_000_000, 100), skew: z.number().min(0).max(4).default(0) })
      .default({ count: 100, skew: 0 }),
    size: rangeOf(bytes).default({ least: 100, most: 1_000 }),
    groups: count(10, 1),
    members: count(20, 1),
    handlers: handlers.default({ failing: 0, hopeless: 0, permanent: 0, slow: 0, slowFor: 200 }),
  },
  required,
)

/** What can be done to the target: to links, to servers that are ours, to processes of nodes. */
const KINDS = [...FAULT_KINDS, ...OUTAGE_KINDS, 'kill'] as const

const faults = z.strictObject({
  roles: z
    .array(z.enum(ROLES))
    .min(1)
    .default([...ROLES]),
  /** None: only watch. */
  kinds: z.array(z.enum(KINDS)).default(['refuse', 'reset', 'black-hole', 'latency']),
  atOnce: count(5, 1),
  lasts: rangeOf(duration.refine((ms) => ms >= 100, { message: 'must be at least 100ms' })).default({
    least: 1_000,
    most: 5_000,
  }),
  /** Between the end of one fault and the beginning of the next. */
  rest: rangeOf(duration).default({ least: 3_000, most: 10_000 }),
})
const NO_FAULTS = faults.parse({ kinds: [] })

const every = someTime.refine((ms) => ms >= 1_000, { message: 'must be at least 1s' }).default(5_000)
const url = line
  .refine((given) => URL.canParse(given) && /^https?:$/.test(new URL(given).protocol), {
    message: 'must be a URL that begins with http:// or https://',
  })
  .refine((given) => !URL.canParse(given) || `${new URL(given).username}${new URL(given).password}` === '', {
    message: 'must not hold a user or a password, which would be shown',
  })

const GUARDS = {
  /** Red where it does not answer with 2xx. */
  http: z.strictObject({ http: url, every }),
  /** Red where it does not end with 0. */
  command: z.strictObject({ command: words, every }),
  /** Red where a value of the answer is not below, or not above. */
  promql: z
    .strictObject({
      promql: line,
      at: url,
      below: z.number().exactOptional(),
      above: z.number().exactOptional(),
      every,
    })
    .refine(({ below, above }) => (below === undefined) !== (above === undefined), {
      message: 'needs one of below and above',
    }),
}
export type Guard = z.infer<(typeof GUARDS)[keyof typeof GUARDS]>

const guard = chosen<Guard>(Object.values(GUARDS), (given) => {
  const kind = keyOf(given, GUARDS)
  return kind === undefined ? 'must be one of { http: … }, { command: [ … ] } and { promql: … }' : GUARDS[kind]
})

/** An epoch must leave room for a fault and what follows it. */
const SHORTEST_EPOCH = 5_000
const LONGEST_EPOCH = 600_000
/** All that happens in an epoch is held in memory until it is judged. */
const MOST_IN_EPOCH = 10_000
/** Bytes in one epoch: all of them are held until it is judged. */
const MOST_BYTES_IN_EPOCH = 200_000_000
/** Of topics, and members on them: more would be a load of their own, on a system that others use. */
const MOST_PARTITIONS = 400
const MOST_MEMBERS = 200

export const chaosShape = z
  .strictObject({
    target,
    load,
    /** How long traffic goes on; messages end it too. */
    duration: duration.refine((ms) => ms >= 1_000, { message: 'must be at least 1s' }).exactOptional(),
    messages: z.int().min(1).exactOptional(),
    epoch: duration
      .refine((ms) => ms >= SHORTEST_EPOCH && ms <= LONGEST_EPOCH, { message: 'must be between 5s and 10m' })
      .default(30_000),
    seed: z.int().min(0).max(0xffff_ffff).default(1),
    faults: faults.default(NO_FAULTS),
    /** Figures of the adapter's claims, by dotted path; default: its own. */
    settings: z.record(z.string(), z.number()).default({}),
    thresholds: z.array(reading(parseThreshold, 'p99(publish) < 500ms over 1m')).default([]),
    guards: z.array(guard).default([]),
    /** While this file exists no run starts, and a running one ends. */
    stop: z.strictObject({ file: line }).exactOptional(),
    /** The histories of the last epochs are kept there. */
    histories: z.strictObject({ folder: line, keep: z.int().min(1).max(1_000).default(10) }, required).exactOptional(),
    /** Metrics for Prometheus, and a switch that ends the run. Whoever reaches it can end the run, so only this machine does. */
    serve: z
      .strictObject({ port: z.int(required).min(0).max(65_535), host: line.default('127.0.0.1') }, required)
      .exactOptional(),
    /** Where OpenTelemetry's spans are sent, such as http://127.0.0.1:4318. */
    traces: z.strictObject({ otlp: url }, required).exactOptional(),
  })
  .superRefine(({ duration: lasts, messages, epoch, load: one, faults: { kinds, rest, lasts: fault } }, context) => {
    const issue = (message: string, ...path: readonly string[]): void =>
      context.addIssue({ code: 'custom', path: [...path], message, input: null })
    if (lasts === undefined && messages === undefined) issue('must be given, or messages', 'duration')
    const most = Math.floor(MOST_IN_EPOCH / one.rate)
    if (one.rate * (epoch / 1_000) > MOST_IN_EPOCH)
      issue(`holds more than ${MOST_IN_EPOCH} messages at this rate: make it at most ${most}s`, 'epoch')
    if (one.rate * (epoch / 1_000) * meanOf(one.size) > MOST_BYTES_IN_EPOCH)
      issue(
        'an epoch holds more than 200MB at this rate and size: make one of them less, or the epoch shorter',
        'load',
        'size',
      )
    if (one.topics * one.partitions > MOST_PARTITIONS)
      issue(`together with load.topics more than ${MOST_PARTITIONS}: make one of them less`, 'load', 'partitions')
    if (one.groups * one.members * one.topics > MOST_MEMBERS)
      issue(
        `together with load.groups and load.topics more than ${MOST_MEMBERS}: make one of them less`,
        'load',
        'members',
      )
    if (kinds.length > 0 && rest.least + fault.least > Math.min(epoch, lasts ?? epoch))
      issue(
        'with faults.lasts it is longer than an epoch, so that no fault would happen: make it shorter',
        'faults',
        'rest',
      )
  })

/** Of sizes that are drawn evenly by their magnitude. */
const meanOf = ({ least, most }: Range): number => (least === most ? least : (most - least) / Math.log(most / least))

export type ChaosConfig = z.infer<typeof chaosShape>
export type FaultsConfig = ChaosConfig['faults']
