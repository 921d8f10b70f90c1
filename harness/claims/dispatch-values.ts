/** What a plan asks of a bus that dispatches: which types groups register, what messages are of, and which names of topics are read. */
import { createRandom, deriveSeed, hashString } from '../random.ts'
import type { DispatchClaim, TopicNames } from './dispatch.ts'
import type { EnvelopeClaim } from './envelope.ts'
import { keptValue } from './envelope-values.ts'

/** Of a message whose type and category its envelope's way of giving fields decides. */
export const NO_TYPE = -1

/** Every type that belongs to a domain. */
export const typesOf = ({ domains }: DispatchClaim): readonly string[] => Object.values(domains).flat()

/** The types that a group registers: those whose bit is set in `mask`, the sixth has that of the first again. */
export const registeredTypes = (claim: DispatchClaim, mask: number): readonly string[] =>
  typesOf(claim).filter((_, index) => ((mask >> (index % REGISTERED_BITS)) & 1) === 1)
const REGISTERED_BITS = 5
/** All of them. */
export const EVERY_TYPE = 2 ** REGISTERED_BITS - 1

/** What a topic carries; undefined for one that is told by nothing. */
const carriedBy = ({ topics }: DispatchClaim, topic: string) => topics.find(({ ends }) => topic.endsWith(ends))

/** How the name of the topic at `index` of a plan ends. */
export const endOf = ({ topics }: DispatchClaim, seed: number, index: number): string =>
  topics[(index + seed) % topics.length]?.ends ?? ''

/** Each spelling of each type, and texts that look like types and are none. */
export function spelledTypes(claim: DispatchClaim, { fields }: EnvelopeClaim): readonly string[] {
  const { choices = {}, others } = fields[claim.type] ?? {}
  const right = typesOf(claim).flatMap((type) => [type, ...(choices[type] ?? [])])
  const first = typesOf(claim)[0] ?? ''
  const wrong = ['no.such.type', `${first}.x`, first.slice(0, -1), first.charAt(0).toUpperCase() + first.slice(1)]
  const taken = new Set(Object.entries(choices).flat(2))
  return [...right, ...(others === 'kept' ? wrong.filter((one) => !taken.has(one)) : [])]
}

/** The type and the category that the caller gives: with category 0 one that the topic carries, else any, in the order of the envelope. */
export function givenType(
  claim: DispatchClaim,
  envelope: EnvelopeClaim,
  { type, category, topic }: { readonly type: number; readonly category: number; readonly topic: string },
): readonly (readonly [name: string, value: string])[] {
  const types = spelledTypes(claim, envelope)
  const all = Object.keys(envelope.fields[claim.category]?.choices ?? {})
  const [carried = all[0] ?? ''] = carriedBy(claim, topic)?.categories ?? []
  const chosen = category === 0 ? carried : (all[(category - 1) % all.length] ?? carried)
  return [
    [claim.type, types[type % types.length] ?? ''],
    [claim.category, chosen],
  ]
}

/** Why a message has no handler. */
export type Unhandled = 'unregistered' | 'foreignDomain' | 'wrongCategory'

/** All reasons for which a message has no handler in a group that registered `types`; none if it has one. */
export function unhandledBecause(
  claim: DispatchClaim,
  { fields }: EnvelopeClaim,
  message: {
    readonly type: string | null
    readonly category: string | null
    readonly topic: string
    readonly types: readonly string[]
  },
): readonly Unhandled[] {
  const kept = (name: string, given: string | null): string | null => {
    const field = fields[name]
    return given === null || field === undefined ? given : keptValue(field, given)
  }
  const type = kept(claim.type, message.type)
  const category = kept(claim.category, message.category)
  const carried = carriedBy(claim, message.topic)
  const domain = Object.entries(claim.domains).find(([, types]) => type !== null && types.includes(type))?.[0]
  const why: Unhandled[] = []
  if (type === null || !message.types.includes(type)) why.push('unregistered')
  if (carried === undefined) return why
  if (domain !== undefined && domain !== carried.domain) why.push('foreignDomain')
  if (category === null || !carried.categories.includes(category)) why.push('wrongCategory')
  return why
}

/** The parts of a topic's name, by their names. */
export type TopicParts = Readonly<Record<string, string>>

/** A name that an adapter must read: its parts, or null if it must be refused. */
export interface NameCase {
  readonly name: string
  readonly parts: TopicParts | null
}

const EVERY_SECOND = 2

/** The name with this number: every second one is right, and of the others each is wrong in one way. */
export function nameCase({ separator, parts }: TopicNames, number: number): NameCase {
  const random = createRandom(deriveSeed(hashString('topic names'), number))
  const pick = (values: readonly string[]): string => values[Math.floor(random() * values.length)] ?? ''
  const right = parts.map((part) => pick(part.right))
  if (number % EVERY_SECOND === 0)
    return {
      name: right.join(separator),
      parts: Object.fromEntries(parts.map(({ name }, index) => [name, right[index] ?? ''])),
    }
  const at = Math.floor(random() * parts.length)
  const { right: rights = [], wrong = [] } = parts[at] ?? {}
  const [here = ''] = right.slice(at)
  const ways: readonly (readonly string[])[] = [
    ...wrong.map((value) => right.with(at, value)),
    right.with(at, ''),
    right.with(at, `${here} `),
    right.with(at, ` ${here}`),
    right.with(at, `${here}\n`),
    [...right, pick(parts.at(-1)?.right ?? [])],
    [...right, ''],
    ['', ...right],
    right.toSpliced(at, 1),
    [pick(parts[0]?.right ?? []), ...right],
    ...(rights.includes(here.toUpperCase()) || here.toUpperCase() === here ? [] : [right.with(at, here.toUpperCase())]),
    [right.join(separator === '.' ? '/' : '.')],
    [''],
  ]
  const way = ways[Math.floor(number / EVERY_SECOND) % ways.length] ?? ['']
  return { name: way.join(separator), parts: null }
}
