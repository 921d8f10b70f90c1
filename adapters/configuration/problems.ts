/** Tells what is wrong with a configuration, in sentences without secrets. */
import { ResilienceError, sanitise } from '../resilience/index.ts'

export const INVALID_CONFIGURATION = 'INVALID_CONFIGURATION'

/** The contract's error; its message is the first problem, and the names of the others. */
export type ConfigurationError = ResilienceError & {
  /** One sentence each. */
  readonly problems: readonly string[]
}

export interface Problem {
  /** What it is about. */
  readonly name: string
  readonly sentence: string
}

export type Report = (name: string, sentence: string) => void

/** `of` has at least one. */
export function configurationError(of: readonly Problem[]): ConfigurationError {
  const problems = of.map(({ sentence }) => sanitise(sentence))
  const others = of.slice(1).map(({ name }) => named(name))
  const listed = [...others.slice(0, MOST_NAMED), ...(others.length > MOST_NAMED ? ['…'] : [])]
  const more = others.length === 0 ? '' : ` (and ${others.length} more: ${listed.join(', ')})`
  const error = new ResilienceError(INVALID_CONFIGURATION, `${problems[0]}${more}`, {
    effect: 'none',
    retryable: false,
  })
  return Object.assign(error, { problems })
}

const MOST_NAMED = 9
const LONGEST = 100

/** On one line, as JSON, cut if it is long. */
export function quoted(text: string): string {
  const cut = text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`
  return JSON.stringify(cut).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`)
}

/** What stands before an `@` may be credentials at the wrong place. */
const withoutCredentials = (text: string): string => text.replace(/^.*@/s, '***@')

/** A name as it is, unless it might be mistaken for something else. */
export const named = (name: string): string => (/^[\w ]{1,100}$/.test(name) ? name : quoted(withoutCredentials(name)))

/** A value with its type. */
export function described(value: unknown, secret = false): string {
  if (value === null) return 'nothing'
  if (typeof value === 'string') return `the text ${secret ? '***' : quoted(withoutCredentials(value))}`
  if (typeof value === 'number' || typeof value === 'boolean') return `the ${typeof value} ${secret ? '***' : value}`
  return typeof value === 'object' ? 'a list or mapping' : `a ${typeof value}`
}

/** The known name that at most two edits make of `name`, or a change of case. */
export const nearest = (name: string, known: readonly string[]): string | undefined =>
  [0, 1, 2]
    .map((edits) => known.find((one) => isWithin(edits, one.toUpperCase(), name.toUpperCase())))
    .find((one) => one !== undefined)

/** Whether at most so many insertions, deletions and replacements lead from one text to the other. */
function isWithin(edits: number, one: string, other: string): boolean {
  if (one === other) return true
  if (edits === 0) return false
  let same = 0
  while (one[same] === other[same]) same++
  const [from, to] = [one.slice(same), other.slice(same)]
  return [
    [from.slice(1), to],
    [from, to.slice(1)],
    [from.slice(1), to.slice(1)],
  ].some(([left = '', right = '']) => isWithin(edits - 1, left, right))
}
