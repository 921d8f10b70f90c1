/** Checks what an adapter module exports before anything is opened: its shape, then whether its claims agree. */
import { z } from 'zod'
import type { BusAdapter } from './adapter.ts'
import { claimsOfAdapter } from './claims-shape.ts'
import { contradictions } from './contradictions.ts'
import { messageOf, UsageError } from './errors.ts'
import { sentenceOf } from './sentence.ts'

const does = (what: string) => z.custom((value) => typeof value === 'function', `must be a function that ${what}`)

const adapter = z.looseObject({
  name: z.string().min(1),
  system: z
    .string()
    .refine(
      (text) => /^[a-z][a-z0-9-]*$/.test(text) || URL.canParse(text),
      "must be the name of a system that comes with busproof, such as `memory`, or a module's URL, such as `new URL('./system.ts', import.meta.url).href`",
    ),
  claims: claimsOfAdapter,
  client: z.string().min(1).exactOptional(),
  witness: z.record(z.string(), z.string()).exactOptional(),
  configure: does('reads settings').optional(),
  parseTopic: does('reads names of topics').optional(),
  printTopic: does('writes names of topics').optional(),
  open: does('opens the bus'),
})

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/**
 * The adapter that a module exports by default. Throws a {@link UsageError}, one sentence that names `where` the module
 * came from and says what to correct: no default export, a wrong shape, or claims that contradict each other.
 */
export function checkAdapter(module: unknown, where: string): BusAdapter {
  try {
    return checkExport(module, where)
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${where}: reading its default export throws: ${messageOf(error)}`)
  }
}

function checkExport(module: unknown, where: string): BusAdapter {
  const exported = isObject(module) ? module.default : undefined
  if (exported === undefined) throw new UsageError(`${where} exports no adapter: add a default export, a BusAdapter.`)
  if (!isObject(exported))
    throw new UsageError(`${where}: its default export is not an adapter but ${typeOf(exported)}.`)
  const parsed = adapter.safeParse(exported)
  if (!parsed.success) throw new UsageError(sentenceOf(parsed.error, where, exported))
  const contradiction = contradictions(parsed.data.claims)
  if (contradiction !== null) throw new UsageError(`${where}: the claims contradict each other: ${contradiction}`)
  if (parsed.data.claims.configuration !== undefined && parsed.data.configure === undefined)
    throw new UsageError(
      `${where}: it claims configuration, but has no configure(): add the function that reads its settings.`,
    )
  const lacking = (['parseTopic', 'printTopic'] as const).find((method) => parsed.data[method] === undefined)
  if (parsed.data.claims.dispatch?.names !== undefined && lacking !== undefined)
    throw new UsageError(
      `${where}: it claims dispatch.names, but has no ${lacking}(): add the function, which uses no network.`,
    )
  // The schema has just said that it is one; the object itself must be kept, for the sake of its `this`.
  return exported as unknown as BusAdapter
}

const typeOf = (value: unknown): string => (typeof value === 'function' ? 'a function' : JSON.stringify(value))
