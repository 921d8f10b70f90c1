import { messageOf } from '../errors.ts'
/** Flattens whatever was thrown for the history, with every secret taken out and every place where one stood kept. */
import type { SeenError } from '../events/parts.ts'

export type Redact = (text: string) => string

const DEEPEST = 8
const LONGEST = 500
/** What {@link Redact} leaves where a secret stood begins so. */
const MARK = '[secret:'

/** A long text is cut to what stands around the secret, wherever in it that is. */
function aroundSecret(text: string): string {
  const from = Math.max(0, text.indexOf(MARK) - LONGEST / 2)
  return text.slice(from, from + LONGEST)
}

/** Of these texts those in which a secret stood, each once. */
export const leakedIn = (texts: readonly string[], redact: Redact): readonly string[] =>
  texts
    .map((text) => redact(text))
    .filter((text, index, all) => text.includes(MARK) && all.indexOf(text) === index)
    .map(aroundSecret)

export function seeError(thrown: unknown, redact: Redact): SeenError {
  const shape: Record<string, unknown> = propertiesOf(thrown)
  const causes: string[] = []
  for (let cause = causeOf(thrown); cause !== undefined && causes.length < DEEPEST; cause = causeOf(cause))
    causes.push(redact(messageOf(cause)).slice(0, LONGEST))
  const leaked = leakedIn(textsOf(thrown), redact)
  return {
    code: typeof shape.code === 'string' ? redact(shape.code) : null,
    effect: shape.effect === 'none' || shape.effect === 'unknown' ? shape.effect : null,
    retryable: typeof shape.retryable === 'boolean' ? shape.retryable : null,
    message: redact(messageOf(thrown)).slice(0, LONGEST),
    causes,
    ...(typeof shape.correlationId === 'string'
      ? { correlationId: redact(shape.correlationId).slice(0, LONGEST) }
      : {}),
    ...(leaked.length === 0 ? {} : { leaked }),
  }
}

/** What is its own and can be read: an accessor of an error may throw itself. */
const propertiesOf = (thrown: unknown): Record<string, unknown> =>
  Object.fromEntries(
    ['code', 'effect', 'retryable', 'correlationId'].map((name) => [name, attempt(() => ownOf(thrown, name))]),
  )

const ownOf = (thrown: unknown, name: string): unknown =>
  typeof thrown === 'object' && thrown !== null && Object.prototype.propertyIsEnumerable.call(thrown, name)
    ? Reflect.get(thrown, name)
    : undefined

const causeOf = (thrown: unknown): unknown =>
  attempt(() => (typeof thrown === 'object' && thrown !== null && 'cause' in thrown ? thrown.cause : undefined))

/** Objects that are looked into: an error may hold the client that threw it, and that holds everything. */
const MOST_OBJECTS = 2_000

/**
 * Every text inside what was thrown or warned of: messages, stacks, names, properties of its own and those that its class
 * computes, entries of maps and sets, and what it says of itself as text or JSON; however deep.
 */
export function textsOf(thrown: unknown): string[] {
  const texts: string[] = []
  const visited = new Set<object>()
  const waiting: unknown[] = [thrown]
  while (waiting.length > 0) {
    const value = waiting.shift()
    if (typeof value === 'string') texts.push(value)
    else if (value instanceof Uint8Array) texts.push(Buffer.from(value).toString('utf8'))
    else if (typeof value === 'object' && value !== null && !visited.has(value) && visited.size < MOST_OBJECTS) {
      visited.add(value)
      waiting.push(...((attempt(() => partsOf(value)) as unknown[] | undefined) ?? []))
    }
  }
  return texts
}

function partsOf(value: object): unknown[] {
  const inside = value instanceof Map || value instanceof Set ? [...value.entries()].flat() : []
  const named = namesOf(value).flatMap((name) => [name, attempt(() => (value as Record<PropertyKey, unknown>)[name])])
  const said = (['toString', 'toJSON'] as const).map((name) =>
    attempt(() => {
      const own: unknown = (value as Record<string, unknown>)[name]
      return typeof own === 'function' && own !== Object.prototype.toString ? own.call(value) : undefined
    }),
  )
  return [...inside, ...named, ...said]
}

/** Its own names, and those of accessors that its classes define. */
function namesOf(value: object): PropertyKey[] {
  const names = Reflect.ownKeys(value)
  for (let proto = Object.getPrototypeOf(value); proto !== null && proto !== Object.prototype; ) {
    for (const name of Object.getOwnPropertyNames(proto)) {
      if (Object.getOwnPropertyDescriptor(proto, name)?.get !== undefined) names.push(name)
    }
    proto = Object.getPrototypeOf(proto)
  }
  return names
}

/** An accessor that throws holds no text; what it throws is not what was asked for. */
function attempt(read: () => unknown): unknown {
  try {
    return read()
  } catch {
    return undefined
  }
}
