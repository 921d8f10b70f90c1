/** Reads plans that came from outside as JSON. */
import { z } from 'zod'
import { ROLES } from '../adapter.ts'
import { count, ms } from '../claims/descriptor.ts'
import { MESSAGE_OPTIONS, PLAN_LISTS } from '../claims/plans.ts'
import { UsageError } from '../errors.ts'
import { FAULT_KINDS, OUTAGE_KINDS } from '../faults.ts'
import { currentPlan } from '../former-formats.ts'
import { sentenceOf } from '../sentence.ts'
import { hasEarlyConsumer } from './consumers.ts'
import { LARGEST_VALUE } from './message.ts'
import type { Plan } from './plan.ts'

/** What only some adapters claim may be absent from any plan. */
const absent = <N extends string>(parts: readonly { readonly name: N; readonly shape: z.ZodType }[]) =>
  Object.fromEntries(parts.map(({ name, shape }) => [name, shape.exactOptional()]))

const outcome = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ok') }),
  z.strictObject({ kind: z.literal('throws'), times: count }),
  z.strictObject({ kind: z.literal('fails') }),
  z.strictObject({ kind: z.literal('permanent') }),
  z.strictObject({ kind: z.literal('slow'), ms }),
])

/** Half of a pair of surrogates has no form in UTF-8, so what arrives would differ from what the plan says. */
const wellFormed = z
  .string()
  .refine((text) => !/\p{Surrogate}/u.test(text), { error: 'half a surrogate pair is no text' })

const bytes = [
  z.strictObject({ text: wellFormed }),
  z.strictObject({
    hex: z.string().regex(/^(?:[0-9a-f]{2})*$/, { error: 'give pairs of hexadecimal digits in lower case' }),
  }),
  z.strictObject({ bytes: z.int().min(0).max(LARGEST_VALUE) }),
] as const

const header = z.strictObject({ name: wellFormed.min(1), value: z.union(bytes) })

const message = z.strictObject({
  at: ms,
  producer: count,
  topic: count,
  key: z.int().min(-1),
  body: z.union([z.enum(['text', 'json', 'tombstone']), ...bytes]),
  headers: z.union([z.literal('text'), z.array(header)]),
  outcome,
  abortAfter: ms.nullable(),
  ...absent(MESSAGE_OPTIONS),
})

const consumer = z
  .strictObject({
    node: count,
    group: count,
    topic: count,
    from: z.enum(['earliest', 'latest']),
    joinAt: ms,
    leaveAt: ms.nullable(),
  })
  .refine(({ joinAt, leaveAt }) => leaveAt === null || leaveAt > joinAt, { error: 'leaveAt must be later than joinAt' })

const fault = z.strictObject({
  kind: z.enum(FAULT_KINDS),
  role: z.enum(ROLES),
  direction: z.enum(['up', 'down']),
  at: ms,
  lasts: ms,
  amount: z.number().min(0),
})

const plan = z.strictObject({
  version: z.literal(3),
  seed: z.int().min(0).max(0x7fffffff),
  faults: z.array(fault),
  outages: z.array(z.strictObject({ kind: z.enum(OUTAGE_KINDS), server: count, at: ms, lasts: ms })).default([]),
  kills: z.array(z.strictObject({ node: count, at: ms })).default([]),
  closes: z.array(z.strictObject({ node: count, at: ms, calls: z.int().min(1) })),
  cycles: z.int().min(0).max(1_000).default(0),
  consumers: z
    .array(consumer)
    .refine(hasEarlyConsumer, { error: 'at least one consumer must join at 0 from earliest' }),
  messages: z.array(message),
  nodes: z.int().min(1),
  producers: z.int().min(1),
  topics: z.array(z.strictObject({ partitions: z.int().min(1) })).min(1),
  keys: z.array(z.union(bytes)).default([]),
  settings: z.record(z.string(), z.number().min(0)).default({}),
  ...absent(PLAN_LISTS.map(({ name, shape }) => ({ name, shape: z.array(shape) }))),
  uses: z.int().min(0).max(1_000).default(0),
  environment: z.string().exactOptional(),
})

/** Throws a {@link UsageError} that names `where` the plan came from and the place in it. Settings may be left out. */
export function parsePlan(given: unknown, where: string): Plan {
  const json = currentPlan(given)
  const parsed = plan.safeParse(json)
  if (!parsed.success) throw new UsageError(sentenceOf(parsed.error, where, json))
  return parsed.data
}

/** Throws a {@link UsageError} that names `where` the text came from when it is not JSON. */
export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new UsageError(`${where}: not JSON (${cause instanceof Error ? cause.message : String(cause)}).`, { cause })
  }
}
