/** The shape of claims, as an adapter makes them and as one run is judged by them. */
import { z } from 'zod'
import type { BreakerClaim, Claims, Figure, ResolvedClaims } from './claims.ts'

function breakerShape<F extends z.ZodType>(figure: F) {
  return z.strictObject({
    trip: z.discriminatedUnion('when', [
      z.strictObject({ when: z.literal('consecutive-failures'), failures: figure }),
      z.strictObject({ when: z.literal('failure-rate'), above: figure, calls: figure, window: figure }),
    ]),
    reset: figure,
    halfOpen: z.strictObject({ permits: figure, closeAfter: figure, reopenOn: figure }),
    retry: z.enum(['outside', 'inside']),
    code: z.string().min(1),
    manual: z.literal(true).exactOptional(),
  })
}

function claimsShape<F extends z.ZodType>(figure: F) {
  const retry = z.strictObject({
    formula: z.literal('exponential'),
    base: figure,
    factor: figure,
    cap: figure,
    jitter: z.strictObject({ low: figure, high: figure }),
    retries: figure,
  })
  const breaker = breakerShape(figure)
  const deadLetter = z.strictObject({
    naming: z.enum(['per-topic', 'single']),
    name: z.string(),
    commit: z.enum(['after', 'together']).exactOptional(),
    poison: z.literal(true).exactOptional(),
  })
  return z.strictObject({
    delivery: z.enum(['at-most-once', 'at-least-once', 'exactly-once']),
    ordering: z.enum(['none', 'per-key', 'per-partition', 'total']),
    messages: z.strictObject({ tombstones: z.boolean(), repeatedHeaders: z.boolean(), maxBytes: z.int().min(1) }),
    publish: z.strictObject({ timeout: figure, within: figure }),
    consume: z.strictObject({ session: figure, behindFailure: z.enum(['hold', 'hold-key', 'go-on']) }),
    close: z.strictObject({ within: figure }),
    recovery: z.strictObject({ within: figure }),
    errors: z.strictObject({ codes: z.array(z.string().min(1)).min(1) }),
    retry: retry.exactOptional(),
    handling: retry.exactOptional(),
    breaker: breaker.exactOptional(),
    degradation: z.strictObject({ capacity: figure, code: z.string().min(1) }).exactOptional(),
    connections: figure.exactOptional(),
    memory: figure.exactOptional(),
    pool: z.strictObject({ most: figure }).exactOptional(),
    stats: z.literal(true).exactOptional(),
    record: z
      .strictObject({ event: z.enum(['required', 'optional']), outbox: z.literal(true).exactOptional() })
      .exactOptional(),
    deadLetter: deadLetter.exactOptional(),
    deduplication: z
      .strictObject({ header: z.string().min(1), window: figure, storeDown: z.enum(['let-through', 'refuse']) })
      .exactOptional(),
    timeToLive: z.strictObject({ header: z.string().min(1) }).exactOptional(),
    replay: z.literal(true).exactOptional(),
    survivesDiskLoss: z.literal(true).exactOptional(),
  })
}

const HOW = 'write fixed(20) or settable(20, 5, 1000)'
const FORMS: readonly (readonly string[])[] = [['fixed'], ['default', 'min', 'max']]

/** What is wrong with a figure, and what to write instead; null for a good one. One sentence, unlike what a union says. */
export function wrongFigure(value: unknown): string | null {
  if (value === undefined) return `it is missing: ${HOW}`
  if (typeof value !== 'object' || value === null) return `${shown(value)} is not a figure: ${HOW}`
  const names = Object.keys(value)
  const form = FORMS.find((one) => one.some((name) => names.includes(name)))
  const odd = names.find((name) => form?.includes(name) !== true)
  if (form === undefined || odd !== undefined) return `${odd ?? 'an empty object'} does not belong in a figure: ${HOW}`
  const wrong = Object.entries({ ...Object.fromEntries(form.map((name) => [name, undefined])), ...value }).find(
    ([, number]) => !isAmount(number),
  )
  return wrong === undefined ? null : `its ${wrong[0]} is ${shown(wrong[1])}, not a number of at least 0: ${HOW}`
}

const isAmount = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0

const shown = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value) : value === undefined ? 'missing' : String(value)

const figure = z.unknown().superRefine((value, context) => {
  const message = wrongFigure(value)
  if (message !== null) context.addIssue({ code: 'custom', message })
}) as unknown as z.ZodType<Figure>

export const claimsOfAdapter: z.ZodType<Claims> = claimsShape(figure)
export const claimsOfRun: z.ZodType<ResolvedClaims> = claimsShape(z.number().min(0))
export const breakerOfRun: z.ZodType<BreakerClaim<number>> = breakerShape(z.number().min(0))
