/** Turns a planned message into bytes: always the same ones for the same seed and index. */
import type { Header } from '../adapter.ts'
import { givenType, NO_TYPE } from '../claims/dispatch-values.ts'
import { givenFields, likeFields, NO_FIELDS } from '../claims/envelope-values.ts'
import { isToken } from '../claims/header-names.ts'
import type { ResolvedClaims } from '../claims.ts'
import { createRandom, deriveSeed } from '../random.ts'
import type { Plan, PlannedBody, PlannedBytes, PlannedHeaders, PlannedMessage } from './plan.ts'

/** Name of the canary that stands in payloads, in reports of a leak. */
export const PAYLOAD_CANARY_NAME = 'payload'

/** Name of the canary that stands in headers. */
export const HEADER_CANARY_NAME = 'header'

/** The secret that text headers carry, as a session of the user whose message it is would be. */
export const headerCanary = (seed: number): string => canary(seed, 'header canary')

/** The secret that text and JSON bodies carry: it may reach handlers and the system, and nothing else. */
export const payloadCanary = (seed: number): string => canary(seed, 'payload canary')

function canary(seed: number, purpose: string): string {
  const before = drawn.get(purpose)
  if (before?.seed === seed) return before.text
  const random = createRandom(deriveSeed(seed, purpose))
  const text = `canary-${Array.from({ length: 16 }, () => Math.floor(random() * 16).toString(16)).join('')}`
  drawn.set(purpose, { seed, text })
  return text
}

/** The latest ones: every message of a plan asks for the same. */
const drawn = new Map<string, { readonly seed: number; readonly text: string }>()

/** What histories call the message of a plan with this index. */
export const opOf = (index: number): string => `m${index}`

/** The same of the messages that a bus is used with for long, which no history has. */
export const usedOpOf = (index: number): string => `u${index}`

/** The node whose bus is used for long. */
export const USED_NODE = 'used'
/** What histories call a message that a node publishes because it was asked to, by a name that is unique in the run. */
export const askedOpOf = (node: string, name: string): string => (node === USED_NODE ? `u0-${name}` : name)

/** The index of the message in its plan; null for any other op, such as a probe's. */
export function indexIn(op: string): number | null {
  const found = /^[mu](\d+)$/.exec(op)
  return found === null ? null : Number(found[1])
}

/** The name of the group of a plan with this index, in a run with this prefix. */
export const groupOf = (prefix: string, index: number): string => `${prefix}g${index}`

/** The index of the group in its plan; null for any other one, such as that of the drain. */
export function groupIndexIn(prefix: string, group: string): number | null {
  const found = /^g(\d+)$/.exec(group.startsWith(prefix) ? group.slice(prefix.length) : '')
  return found === null ? null : Number(found[1])
}

/** Whether it is one of {@link usedOpOf}, a copy of it, or one that the bus which is used for long was asked for. */
export const isUsedOp = (op: string): boolean => /^u\d/.test(op)

/** Key, value and headers of a message, as the producer hands them to the bus. */
export interface MaterialMessage {
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly Header[]
}

type OptionClaims = Pick<ResolvedClaims, 'deduplication' | 'timeToLive' | 'envelope' | 'dispatch'>

/** Headers by which an application asks for what only some buses claim. */
export function optionHeaders(
  planned: Pick<PlannedMessage, 'id' | 'ttlMs' | 'envelope' | 'messageType' | 'category'>,
  { deduplication, timeToLive, envelope, dispatch }: OptionClaims,
  { op, topic }: { readonly op: string; readonly topic: string },
): readonly Header[] {
  const { id, ttlMs, envelope: fields = NO_FIELDS, messageType: type = NO_TYPE, category = 0 } = planned
  const header = (name: string, value: string): Header => [name, text(value)]
  const isTyped = envelope !== undefined && dispatch !== undefined && type !== NO_TYPE
  const typed = isTyped ? givenType(dispatch, envelope, { type, category, topic }) : []
  const others = envelope === undefined ? [] : givenFields(envelope, fields, op)
  const given = [...others.filter(([name]) => typed.every(([one]) => one !== name)), ...typed]
  return [
    ...given.map(([name, value]) => header(name, value)),
    ...(deduplication === undefined || id === undefined || id < 0 ? [] : [header(deduplication.header, idText(id))]),
    ...(timeToLive === undefined || ttlMs == null ? [] : [header(timeToLive.header, String(ttlMs))]),
  ]
}

/** The message id with this index. */
export const idText = (index: number): string => `id-${index}`

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

function randomBytes(random: () => number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let index = 0; index < length; index += 4) {
    const drawn = random() * 0x1_0000_0000
    for (let place = 0; place < 4; place++) bytes[index + place] = drawn >>> (8 * place)
  }
  return bytes
}

function bytesOf(planned: PlannedBytes, random: () => number): Uint8Array {
  if ('text' in planned) return text(planned.text)
  if ('hex' in planned) return Uint8Array.from(Buffer.from(planned.hex, 'hex'))
  return randomBytes(random, planned.bytes)
}

function valueBytes(body: PlannedBody, { label, secret, random }: Drawing): Uint8Array | null {
  if (body === 'tombstone') return null
  if (body === 'text') return text(`message ${label} ${secret}`)
  if (body === 'json') {
    return text(JSON.stringify({ message: label, card: secret, amount: 12.5, tags: ['a', ''], none: null }))
  }
  return bytesOf(body, random)
}

interface Drawing {
  /** The op of the message. */
  readonly label: string
  readonly secret: string
  readonly random: () => number
}

function headersOf(headers: PlannedHeaders, { label, secret, random }: Drawing): readonly Header[] {
  if (headers !== 'text') return headers.map(({ name, value }) => [name, bytesOf(value, random)])
  const values = { 'content-type': 'text/plain', label, authorization: `Bearer ${secret}` }
  return Object.entries(values).map(([name, value]) => [name, text(value)])
}

/** Names of all headers that messages of this plan carry for an adapter with these claims. */
export function headerNames(
  { messages }: Pick<Plan, 'messages'>,
  { deduplication, timeToLive, envelope }: Pick<ResolvedClaims, 'deduplication' | 'timeToLive' | 'envelope'>,
): ReadonlySet<string> {
  const nothing = { label: '', secret: '', random: () => 0 }
  const planned = messages.flatMap(({ headers }) =>
    headers === 'text' ? headersOf(headers, nothing).map(([name]) => name) : headers.map(({ name }) => name),
  )
  const options = [deduplication, timeToLive].flatMap((claim) => (claim === undefined ? [] : [claim.header]))
  return new Set([...planned, ...options, ...(envelope === undefined ? [] : likeFields(envelope))])
}

/** The same for all messages of the plan. */
function keyBytes({ seed, keys }: Plan, index: number): Uint8Array | null {
  if (index < 0) return null
  const planned = keys[index]
  return planned === undefined ? text(`key-${index}`) : bytesOf(planned, createRandom(deriveSeed(seed, 'key', index)))
}

/** No plan holds a larger value, whatever the bus accepts: one of them would take as long as all the rest of a run, bytes. */
export const LARGEST_VALUE = 2_097_152

/** Whether the bus takes a header of this name. */
export const isTakenName = (
  name: string,
  { headerNames = 'text' }: Pick<ResolvedClaims['messages'], 'headerNames'>,
): boolean => headerNames === 'text' || isToken(name)

/** The longest key of a bus that claims no limit, bytes. */
export const LONGEST_KEY = 1_024

const cut = (bytes: Uint8Array | null, most: number): Uint8Array | null =>
  bytes !== null && bytes.length > most ? bytes.subarray(0, most) : bytes

/**
 * The bytes of the message at `index` of the plan, cut to the limits that the adapter claims. Throws a RangeError when the
 * plan has none there.
 */
export function materialise(
  plan: Plan,
  index: number,
  { maxBytes, maxKeyBytes = LONGEST_KEY }: Pick<ResolvedClaims['messages'], 'maxBytes' | 'maxKeyBytes'>,
): MaterialMessage {
  const message = plan.messages[index]
  if (message === undefined) throw new RangeError(`the plan has no message ${index}`)
  const [label, random] = [opOf(index), createRandom(deriveSeed(plan.seed, 'message', index))]
  const value = valueBytes(message.body, { label, secret: payloadCanary(plan.seed), random })
  const headers = headersOf(message.headers, { label, secret: headerCanary(plan.seed), random })
  return { key: cut(keyBytes(plan, message.key), maxKeyBytes), value: cut(value, maxBytes), headers }
}

/** What the record at `index` of those that cannot be read holds: no text in any encoding, and no two alike. */
export function poisonBytes({ seed }: Plan, index: number): Uint8Array {
  const random = createRandom(deriveSeed(seed, 'poison', index))
  return Uint8Array.from([0x00, 0xff, 0xfe, 0xc0, 0x80, ...randomBytes(random, 24)])
}
