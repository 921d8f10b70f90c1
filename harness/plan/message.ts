/** Turns a planned message into bytes: always the same ones for the same seed and index. */
import type { Header } from '../adapter.ts'
import type { ResolvedClaims } from '../claims.ts'
import type { BodyKind, HeaderKind, Plan, PlannedMessage } from './plan.ts'
import { createRandom, deriveSeed } from './random.ts'

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

/** Key, value and headers of a message, as the producer hands them to the bus. */
export interface MaterialMessage {
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly Header[]
}

/** Headers by which an application asks for what only some buses claim. */
export function optionHeaders(
  { id, ttlMs }: Pick<PlannedMessage, 'id' | 'ttlMs'>,
  { deduplication, timeToLive }: Pick<ResolvedClaims, 'deduplication' | 'timeToLive'>,
): readonly Header[] {
  const header = (name: string, value: string): Header => [name, text(value)]
  return [
    ...(deduplication === undefined || id === undefined || id < 0 ? [] : [header(deduplication.header, idText(id))]),
    ...(timeToLive === undefined || ttlMs == null ? [] : [header(timeToLive.header, String(ttlMs))]),
  ]
}

/** The message id with this index. */
export const idText = (index: number): string => `id-${index}`

/** Largest value that a plan asks for, whatever the bus would take. */
const LARGEST_VALUE = 65_536

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

function randomBytes(random: () => number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let index = 0; index < length; index += 4) {
    const drawn = random() * 0x1_0000_0000
    for (let place = 0; place < 4; place++) bytes[index + place] = drawn >>> (8 * place)
  }
  return bytes
}

type Body = (label: string, canary: string, random: () => number, maxBytes: number) => Uint8Array | null

const BODIES: Readonly<Record<BodyKind, Body>> = {
  text: (label, canary) => text(`message ${label} ${canary}`),
  json: (label, canary) =>
    text(JSON.stringify({ message: label, card: canary, amount: 12.5, tags: ['a', ''], none: null })),
  empty: () => new Uint8Array(0),
  tombstone: () => null,
  'one-byte': (_label, _canary, random) => randomBytes(random, 1),
  'invalid-utf8': (_label, _canary, random) =>
    Uint8Array.from([0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80, ...randomBytes(random, 12)]),
  unicode: (label) => text(`${label} naïve e\u0301 日本語 \u{1f469}\u200d\u{1f680} \u202eabc\u202c \u0000 end`),
  large: (_label, _canary, random, maxBytes) => randomBytes(random, Math.min(maxBytes, LARGEST_VALUE)),
}

type Headers = (label: string, secret: string, random: () => number) => readonly Header[]

const HEADERS: Readonly<Record<HeaderKind, Headers>> = {
  none: () => [],
  text: (label, secret) => [
    ['content-type', text('text/plain')],
    ['label', text(label)],
    ['authorization', text(`Bearer ${secret}`)],
  ],
  binary: (_label, _secret, random) => [
    ['bytes', randomBytes(random, 24)],
    ['not-text', Uint8Array.from([0x00, 0xff, 0xfe, 0x80, 0x0a])],
    ['nothing', new Uint8Array(0)],
  ],
  repeated: (label) => [
    ['hop', text(`first ${label}`)],
    ['other', text('between')],
    ['hop', text(`second ${label}`)],
    ['hop', text(`second ${label}`)],
  ],
  many: (label) => Array.from({ length: 20 }, (_, index) => [`header-${index}`, text(`${label} ${index}`)] as const),
}

/** Names of all headers that messages of plans carry for an adapter with these claims. */
export function headerNames({
  deduplication,
  timeToLive,
}: Pick<ResolvedClaims, 'deduplication' | 'timeToLive'>): ReadonlySet<string> {
  const planned = Object.values(HEADERS).flatMap((headers) => headers('', '', () => 0))
  const options = [deduplication, timeToLive].flatMap((claim) => (claim === undefined ? [] : [claim.header]))
  return new Set([...planned.map(([name]) => name), ...options])
}

const keyOf = (message: PlannedMessage): Uint8Array | null => (message.key < 0 ? null : text(`key-${message.key}`))

/**
 * The bytes of the message at `index` of the plan; throws a RangeError when the plan has none there.
 * `maxBytes` is what the adapter claims as the largest value.
 */
export function materialise(plan: Plan, index: number, maxBytes: number = LARGEST_VALUE): MaterialMessage {
  const message = plan.messages[index]
  if (message === undefined) throw new RangeError(`the plan has no message ${index}`)
  const random = createRandom(deriveSeed(plan.seed, 'message', index))
  const label = `m${index}`
  const value = BODIES[message.body](label, payloadCanary(plan.seed), random, maxBytes)
  const cut = value !== null && value.length > maxBytes ? value.subarray(0, maxBytes) : value
  return { key: keyOf(message), value: cut, headers: HEADERS[message.headers](label, headerCanary(plan.seed), random) }
}

/** What the record at `index` of those that cannot be read holds: no text in any encoding, and no two alike. */
export function poisonBytes({ seed }: Plan, index: number): Uint8Array {
  const random = createRandom(deriveSeed(seed, 'poison', index))
  return Uint8Array.from([0x00, 0xff, 0xfe, 0xc0, 0x80, ...randomBytes(random, 24)])
}
