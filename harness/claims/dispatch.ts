import { z } from 'zod'
import { type Ask, type Asked, type ClaimDescriptor, count, ms } from './descriptor.ts'
import { EVERY_TYPE, NO_TYPE, nameCase, typesOf } from './dispatch-values.ts'
import type { EnvelopeClaim } from './envelope.ts'
import { keptValue } from './envelope-values.ts'

/** What a topic carries. */
export interface CarriedClaim {
  /** How the names of such topics end; no end ends with another one. */
  readonly ends: string
  readonly domain: string
  readonly categories: readonly string[]
}

/** How the names of topics are made. */
export interface TopicNames {
  /** Between the parts; no part has it. */
  readonly separator: string
  /** In their order, each with some values that it takes and some that it does not. */
  readonly parts: readonly {
    readonly name: string
    readonly right: readonly string[]
    readonly wrong: readonly string[]
  }[]
}

export interface DispatchClaim {
  /** The field of the envelope that holds the type of a message: a choice. */
  readonly type: string
  /** The one that holds its category: a choice that refuses all others. */
  readonly category: string
  /** By domain, the types that belong to it, each by its one name. */
  readonly domains: Readonly<Record<string, readonly string[]>>
  readonly topics: readonly CarriedClaim[]
  /**
   * A message without a handler is dead-lettered: the field of its dead letter that says why, and what it then holds. Where several
   * reasons are true, any of them will do.
   */
  readonly reason: {
    readonly field: string
    readonly unregistered: string
    readonly foreignDomain: string
    readonly wrongCategory: string
  }
  /** `parseTopic` and `printTopic` of the adapter read and write names like these. */
  readonly names?: TopicNames
}

export interface DispatchPart {
  /** A subscription registers types of messages, and its handler gets these alone. */
  readonly dispatch?: DispatchClaim
}

export interface DispatchMessage {
  /** Which spelling of which type the caller gives, or of none; -1 or absent: what `envelope` says. Only if `dispatch` is claimed. */
  readonly messageType?: number
  /** With a `messageType`, the category: 0 or absent for one that the topic carries, else by its number. Only if `dispatch` is claimed. */
  readonly category?: number
}

/** The types that a group registers; one that is not listed gets every message. */
export interface PlannedRegistration {
  /** Index of the group. */
  readonly group: number
  /** A bit for each type of the claim, in its order. */
  readonly types: number
}

/** Names of topics that the adapter reads, one after another. */
export interface PlannedTopicNames {
  readonly node: number
  /** ms after traffic began. */
  readonly at: number
  /** Number of the first one: see `nameCase`. */
  readonly first: number
  readonly times: number
}

export interface DispatchLists {
  /** Only if `dispatch` is claimed. The first one of a group counts. */
  readonly registrations?: readonly PlannedRegistration[]
  /** Only if `dispatch.names` is claimed. */
  readonly topicNames?: readonly PlannedTopicNames[]
}

const name = z.string().min(1)
const texts = z.array(z.string())
const names = z.array(name).min(1)
/** As an adapter returns them. */
const partsOrNull = z.record(z.string(), z.string()).nullable()

function contradictionWith(claim: DispatchClaim, envelope: EnvelopeClaim): string | null {
  for (const role of ['type', 'category'] as const) {
    const field = envelope.fields[claim[role]]
    if (field === undefined) return `dispatch.${role} is ${claim[role]}, which envelope.fields does not have.`
    if (field.type !== 'choice')
      return `dispatch.${role} is ${claim[role]}, of the type ${field.type}, but must be a choice.`
  }
  if (claim.type === claim.category) return `dispatch.type and dispatch.category are both ${claim.type}.`
  const [types, categories] = [envelope.fields[claim.type], envelope.fields[claim.category]]
  if (types === undefined || categories === undefined) return null
  if (categories.others !== 'refused')
    return `dispatch.category is ${claim.category}, whose others are kept, so that there is no end of categories.`
  const unknown = typesOf(claim).find((type) => !Object.hasOwn(types.choices ?? {}, type))
  if (unknown !== undefined)
    return `dispatch.domains has the type ${unknown}, which is no choice of envelope.fields.${claim.type}.`
  const category = claim.topics
    .flatMap((topic) => topic.categories)
    .find((one) => keptValue(categories, one) !== one || !Object.hasOwn(categories.choices ?? {}, one))
  return category === undefined
    ? null
    : `dispatch.topics has the category ${category}, which is no choice of envelope.fields.${claim.category}.`
}

function contradictionOfNames({ separator, parts }: TopicNames): string | null {
  const twice = parts.find(({ name }, index) => parts.findIndex((one) => one.name === name) !== index)
  if (twice !== undefined) return `dispatch.names.parts has ${twice.name} twice.`
  for (const { name, right, wrong } of parts) {
    const both = right.find((one) => wrong.includes(one))
    if (both !== undefined) return `dispatch.names.parts: ${JSON.stringify(both)} is both right and wrong for ${name}.`
    const split = [...right, ...wrong].find((one) => one.includes(separator))
    if (split !== undefined)
      return `dispatch.names.parts: ${JSON.stringify(split)} of ${name} has the separator ${JSON.stringify(separator)} in it.`
  }
  return null
}

/** Has the adapter read the name with this number, and write what it should have read. */
async function readName({ claims, tell, see, redacted, check, adapter }: Asked, number: number): Promise<void> {
  const made = claims.dispatch?.names
  if (made === undefined || adapter.hangs()) return
  const { name, parts } = nameCase(made, number)
  const about = { name, expected: parts }
  const parsed = await adapter.parseTopic(name)
  if (parsed === null) return
  if ('error' in parsed)
    return tell({ type: 'name-read', ...about, parsed: null, printed: null, error: see(parsed.error) })
  const found = check(
    z.object({ parts: partsOrNull }),
    { parts: parsed.value },
    'parseTopic() did not return parts or null',
  )
  if (found === null) return
  if (parts === null) return tell({ type: 'name-read', ...about, parsed: redacted(found.parts), printed: null })
  const printed = await adapter.printTopic(parts)
  if (printed === null) return
  if ('error' in printed)
    return tell({
      type: 'name-read',
      ...about,
      parsed: redacted(found.parts),
      printed: null,
      error: see(printed.error),
    })
  const text = check(z.string(), printed.value, 'printTopic() did not return text')
  if (text !== null) tell({ type: 'name-read', ...about, parsed: redacted(found.parts), printed: redacted(text) })
}

/** So many names differ in plans; more of them show nothing new. */
const MOST = 1_000

export const dispatch = {
  shape: () =>
    z.strictObject({
      type: name,
      category: name,
      domains: z.record(name, names),
      topics: z.array(z.strictObject({ ends: name, domain: name, categories: names })).min(1),
      reason: z.strictObject({ field: name, unregistered: name, foreignDomain: name, wrongCategory: name }),
      names: z
        .strictObject({
          separator: name,
          parts: z.array(z.strictObject({ name, right: names, wrong: texts })).min(1),
        })
        .exactOptional(),
    }),
  contradiction(claim, { envelope, deadLetter }) {
    if (envelope === undefined)
      return 'dispatch is claimed without envelope, whose fields hold the type and the category.'
    if (deadLetter === undefined)
      return 'dispatch is claimed without deadLetter, so a message without a handler has nowhere to go.'
    const types = typesOf(claim)
    if (types.length === 0) return 'dispatch.domains has no type, so nothing can be registered.'
    const twice = types.find((type, index) => types.indexOf(type) !== index)
    if (twice !== undefined) return `dispatch.domains has ${twice} twice, so that it has two domains.`
    const domain = claim.topics.find((topic) => !Object.hasOwn(claim.domains, topic.domain))
    if (domain !== undefined)
      return `dispatch.topics has the domain ${domain.domain}, which dispatch.domains does not have.`
    for (const [index, { ends }] of claim.topics.entries()) {
      const other = claim.topics.find((one, place) => place !== index && one.ends.endsWith(ends))
      if (other !== undefined)
        return `dispatch.topics: ${other.ends} ends with ${ends}, so what such a topic carries is not certain.`
    }
    const { unregistered, foreignDomain, wrongCategory } = claim.reason
    if (new Set([unregistered, foreignDomain, wrongCategory]).size < 3)
      return 'dispatch.reason has one text for two reasons, so that they cannot be told apart.'
    return contradictionWith(claim, envelope) ?? (claim.names === undefined ? null : contradictionOfNames(claim.names))
  },
  conditions: {
    dispatch: {
      options: {
        messageType: {
          shape: z.int().min(NO_TYPE).max(31),
          values: [NO_TYPE, ...Array.from({ length: 12 }, (_, index) => index)],
          weight: (index) => (index === NO_TYPE ? 3 : 1),
        },
        category: {
          shape: z.int().min(0).max(7),
          values: [0, 1, 2, 3],
          weight: (index) => (index === 0 ? 9 : 1),
        },
      },
      lists: {
        registrations: {
          shape: z.strictObject({ group: count, types: z.int().min(0).max(EVERY_TYPE) }),
          fields: () => ({
            group: { values: [0, 1, 2] },
            types: {
              values: [EVERY_TYPE, ...Array.from({ length: EVERY_TYPE }, (_, index) => index)],
              weight: (mask) => (mask === EVERY_TYPE ? 20 : 1),
            },
          }),
          seed: 'registrations',
          share: 0.3,
          size: [1, 2],
          leans: { 'handler-failure': [0, 2], 'subscriber-failure': [1, 2], 'consume-outage': [0, 2] },
          lacks: 'no dispatch claimed',
        },
      },
    },
    'dispatch.names': {
      when: ({ names }) => names !== undefined,
      lists: {
        topicNames: {
          shape: z.strictObject({
            node: count,
            at: ms,
            first: z.int().min(0).max(MOST),
            times: z.int().min(1).max(MOST),
          }),
          fields: ({ nodes, messageAt }) => ({
            node: { values: nodes },
            at: { values: messageAt },
            first: { values: Array.from({ length: MOST / 10 }, (_, index) => index * 10) },
            times: { values: [10, 1, 50] },
          }),
          seed: 'topic names',
          share: 0.2,
          size: [1, 2],
          leans: { calm: [0, 2] },
          lacks: 'no names of topics claimed',
          asks: ({ node, at, first, times }) =>
            Array.from(
              { length: times },
              (_, turn): Ask => ({ node, at, carryOut: (asked) => readName(asked, first + turn) }),
            ),
        },
      },
    },
  },
  docs: {
    dispatch:
      'a subscription registers [types of messages](adapter.md#dispatch), and its handler gets these alone; a message that has no handler is dead-lettered once, with the reason',
    'dispatch.type': 'the field of the envelope that holds the type of a message',
    'dispatch.category': 'the field that holds its category',
    'dispatch.domains': 'by domain, the types that belong to it',
    'dispatch.topics': 'by how their names `ends`, the domain and the categories that topics carry',
    'dispatch.reason': 'the field of a dead letter that holds the reason, and its text for each reason',
    'dispatch.names':
      'optional: the parts of the names of topics, with some values that are right and some that are wrong, and their separator; `parseTopic` and `printTopic` of the adapter read and write such names',
  },
} satisfies ClaimDescriptor<'dispatch'>
