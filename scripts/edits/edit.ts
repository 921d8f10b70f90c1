/** One small change of a source file, as an author may make it by mistake. */
import { createHash } from 'node:crypto'
import { type Place, pathOf, type Source } from './source.ts'

/** Replaces what stands from `start` to `end`. */
export interface Change {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** What an operator gives; the first change is where it happens. */
export type Draft = readonly [Change, ...Change[]]

/** What one operator would change at one place: nothing, one thing or several. `all`: every source that is edited. */
export type Operator = (place: Place, source: Source, all: Shared) => readonly Draft[]

/** What operators know of all sources together. */
export interface Shared {
  /** Types of the parameters of functions, by their names; null where several of one name differ. */
  readonly signatures: ReadonlyMap<string, readonly (string | null)[] | null>
  /** The string literals that stand together as one type. */
  readonly unions: readonly (readonly string[])[]
}

export interface Edit {
  /** Follows from the text around it and the change, not from the line: other changes of the file leave it. */
  readonly id: string
  readonly operator: string
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
  readonly before: string
  readonly after: string
  readonly changes: Draft
}

export function applied(text: string, changes: readonly Change[]): string {
  const last = [...changes].sort((one, other) => other.start - one.start || other.end - one.end)
  return last.reduce((edited, { start, end, text }) => edited.slice(0, start) + text + edited.slice(end), text)
}

/** `ordinal`: which one it is of those that are alike in all else. */
export function editOf(operator: string, draft: Draft, place: Place, source: Source, ordinal: number): Edit {
  const [{ start }] = draft
  const { file, text } = source
  const before = joined(draft.map((change) => text.slice(change.start, change.end)))
  const after = joined(draft.map((change) => change.text))
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const line = text.slice(0, start).split('\n').length
  const there = text.slice(lineStart, `${text}\n`.indexOf('\n', start)).trim()
  const told = JSON.stringify([operator, file, pathOf(place), there, before, after, ordinal])
  const id = createHash('sha256').update(told).digest('hex').slice(0, 10)
  return { id, operator, file, line, column: start - lineStart + 1, before, after, changes: draft }
}

const joined = (texts: readonly string[]): string =>
  texts
    .map((text) => text.trim().replace(/\s+/g, ' '))
    .filter((text) => text !== '')
    .join(' … ')

/** Puts `text` where the node stands. */
export const replace = ({ start, end }: Pick<Change, 'start' | 'end'>, text: string): Draft => [{ start, end, text }]
