/** Checks what a system's module exports, before anything of it is used. */
import { z } from 'zod'
import { UsageError } from '../errors.ts'
import { CAPABILITIES, type Lacks } from '../lacks.ts'
import { sentenceOf } from '../sentence.ts'
import { SYSTEM_CONTRACT, type System } from '../system-contract.ts'

const method = (does: string) => z.custom((value) => typeof value === 'function', `must be a function that ${does}`)

const reason = z.string().min(1, 'must be the reason, in a few words').exactOptional()

const lacks = z.strictObject(Object.fromEntries(CAPABILITIES.map((name) => [name, reason])))

const shape = z.looseObject({
  name: z.string().regex(/^[a-z0-9-]+$/, 'must be of lower-case letters, digits and dashes'),
  concurrent: z.boolean(),
  lacks: z.union([z.custom((value) => typeof value === 'function'), lacks]).exactOptional(),
  sizes: z.array(z.int().min(1)),
  missing: method('says what is missing'),
  start: method('starts the system'),
  sweep: method('removes what was left').exactOptional(),
  identify: method('tells what it calls itself').exactOptional(),
})

/** Throws a {@link UsageError}, one sentence, where it is no system or keeps another contract than this busproof. */
export function checkSystem(exported: unknown, where: string): System {
  if (typeof exported !== 'object' || exported === null) {
    throw new UsageError(`${where} is not a system: export a System of busproof/system`)
  }
  const contract: unknown = 'contract' in exported ? exported.contract : undefined
  if (contract === undefined) {
    throw new UsageError(`${where} does not state its contract version: add \`contract: ${SYSTEM_CONTRACT}\``)
  }
  if (contract !== SYSTEM_CONTRACT) {
    throw new UsageError(
      `${where} has contract ${JSON.stringify(contract)}, but this busproof needs contract ${SYSTEM_CONTRACT}: install matching versions`,
    )
  }
  const parsed = shape.safeParse(exported)
  if (!parsed.success) throw new UsageError(sentenceOf(parsed.error, where))
  // The schema has just said that it is one; the object itself is kept, for the sake of its `this`.
  return exported as unknown as System
}

/** What it lacks for an adapter that states this of its `witness`. Throws a {@link UsageError}, one sentence, for anything else. */
export function lacksOf(
  system: Pick<System, 'name' | 'lacks'>,
  witness?: Readonly<Record<string, string>> | null,
): Lacks {
  const { name, lacks: declared = {} } = system
  const parsed = lacks.safeParse(typeof declared === 'function' ? declared(witness ?? {}) : declared)
  if (!parsed.success) throw new UsageError(sentenceOf(parsed.error, `the \`lacks\` of the system ${name}`))
  const found: Lacks = parsed.data
  const { network, refusedTopics = network } = found
  return refusedTopics === undefined ? found : { ...found, refusedTopics }
}
