/** Checks what an adapter module exports before anything is opened: its shape, then whether its claims agree. */
import { z } from 'zod'
import type { BusAdapter } from './adapter.ts'
import { UsageError } from './certify-options.ts'
import type { Claims } from './claims.ts'
import { contradictions } from './contradictions.ts'
import { sentenceOf } from './plan/sentence.ts'

const figure = z.union([
  z.strictObject({ fixed: z.number().min(0) }),
  z.strictObject({ default: z.number().min(0), min: z.number().min(0), max: z.number().min(0) }),
])

const retry = z.strictObject({
  formula: z.literal('exponential'),
  base: figure,
  factor: figure,
  cap: figure,
  jitter: z.strictObject({ low: figure, high: figure }),
  retries: figure,
})

const breaker = z.strictObject({
  trip: z.strictObject({ when: z.literal('consecutive-failures'), failures: figure }),
  reset: figure,
  halfOpen: z.strictObject({ permits: figure, closeAfter: figure, reopenOn: figure }),
  retry: z.enum(['outside', 'inside']),
  code: z.string().min(1),
})

const claims: z.ZodType<Claims> = z.strictObject({
  delivery: z.enum(['at-most-once', 'at-least-once', 'exactly-once']),
  ordering: z.enum(['none', 'per-key', 'per-partition', 'total']),
  messages: z.strictObject({ tombstones: z.boolean(), repeatedHeaders: z.boolean(), maxBytes: z.int().min(1) }),
  publish: z.strictObject({ timeout: figure, within: figure }),
  consume: z.strictObject({ session: figure, behindFailure: z.enum(['hold', 'go-on']) }),
  close: z.strictObject({ within: figure }),
  recovery: z.strictObject({ within: figure }),
  errors: z.strictObject({ codes: z.array(z.string().min(1)).min(1) }),
  retry: retry.exactOptional(),
  handling: retry.exactOptional(),
  breaker: breaker.exactOptional(),
  deadLetter: z.strictObject({ naming: z.enum(['per-topic', 'single']), name: z.string() }).exactOptional(),
})

const adapter = z.looseObject({
  name: z.string().min(1),
  system: z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be the name of a folder under systems/, such as `memory`'),
  claims,
  client: z.string().min(1).exactOptional(),
  witness: z.record(z.string(), z.string()).exactOptional(),
  open: z.custom((value) => typeof value === 'function', 'must be a function that opens the bus'),
})

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/**
 * The adapter that a module exports by default. Throws a {@link UsageError}, one sentence that names `where` the module
 * came from and what to mend in it: no default export, a wrong shape, or claims that contradict each other.
 */
export function checkAdapter(module: unknown, where: string): BusAdapter {
  const exported = isObject(module) ? module.default : undefined
  if (exported === undefined)
    throw new UsageError(`${where} exports no adapter: give it a default export, a BusAdapter.`)
  if (!isObject(exported)) throw new UsageError(`${where}: its default export is no adapter but ${typeOf(exported)}.`)
  const parsed = adapter.safeParse(exported)
  if (!parsed.success) throw new UsageError(sentenceOf(parsed.error, where))
  const contradiction = contradictions(parsed.data.claims)
  if (contradiction !== null) throw new UsageError(`${where}: the claims contradict each other: ${contradiction}`)
  // The schema has just said that it is one; the object itself must be kept, for the sake of its `this`.
  return exported as unknown as BusAdapter
}

const typeOf = (value: unknown): string => (typeof value === 'function' ? 'a function' : JSON.stringify(value))
