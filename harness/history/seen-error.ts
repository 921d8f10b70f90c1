/** Flattens whatever was thrown for the history, with every secret taken out and every place where one stood kept. */
import type { SeenError } from './event.ts'

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

export function seeError(thrown: unknown, redact: Redact): SeenError {
  const shape: Record<string, unknown> = typeof thrown === 'object' && thrown !== null ? { ...thrown } : {}
  const causes: string[] = []
  for (let cause = causeOf(thrown); cause !== undefined && causes.length < DEEPEST; cause = causeOf(cause))
    causes.push(redact(messageOf(cause)).slice(0, LONGEST))
  const leaked = textsOf(thrown)
    .map((text) => redact(text))
    .filter((text, index, all) => text.includes(MARK) && all.indexOf(text) === index)
    .map(aroundSecret)
  return {
    code: typeof shape.code === 'string' ? redact(shape.code) : null,
    effect: shape.effect === 'none' || shape.effect === 'unknown' ? shape.effect : null,
    retryable: typeof shape.retryable === 'boolean' ? shape.retryable : null,
    message: redact(messageOf(thrown)).slice(0, LONGEST),
    causes,
    ...(leaked.length === 0 ? {} : { leaked }),
  }
}

const causeOf = (thrown: unknown): unknown =>
  typeof thrown === 'object' && thrown !== null && 'cause' in thrown ? thrown.cause : undefined

export const messageOf = (thrown: unknown): string => {
  if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) return String(thrown.message)
  return String(thrown)
}

/** Every text inside the error: messages, stacks, names, own properties, however deep. */
function textsOf(thrown: unknown): string[] {
  const texts: string[] = []
  const visited = new Set<object>()
  const visit = (value: unknown, depth: number): void => {
    if (typeof value === 'string') texts.push(value)
    else if (value instanceof Uint8Array) texts.push(Buffer.from(value).toString('utf8'))
    else if (typeof value === 'object' && value !== null && depth < DEEPEST && !visited.has(value)) {
      visited.add(value)
      for (const name of Reflect.ownKeys(value)) {
        if (typeof name === 'string') texts.push(name)
        visit((value as Record<string | symbol, unknown>)[name], depth + 1)
      }
    }
  }
  visit(thrown, 0)
  return texts
}
