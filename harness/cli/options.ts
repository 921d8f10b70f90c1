/** Parsers for option values. Each error is one sentence that names the value and says what to do. */
import { InvalidArgumentError, Option } from 'commander'
import type { Shard } from '../certificate/soak.ts'
import { parseDuration } from '../duration.ts'
import { type Bounds, FIGURES, isWithin, rangeOf } from '../figures.ts'

const wholeNumber =
  (bounds: Bounds) =>
  (text: string): number => {
    const value = Number(text)
    if (text.trim() !== '' && isWithin(value, bounds)) return value
    throw new InvalidArgumentError(`Give ${rangeOf(bounds)}.`)
  }

export const parseSeed = wholeNumber(FIGURES.seed)
export const parseRuns = wholeNumber(FIGURES.runs)
export const parseLanes = wholeNumber(FIGURES.lanes)
export const parseServers = wholeNumber(FIGURES.servers)
export const parseRepeat = wholeNumber(FIGURES.repeat)

/** `2/4`: the second of four. */
export function parseShard(text: string): Shard {
  const [, index, of] = /^(\d{1,4})\/(\d{1,4})$/.exec(text.trim())?.map(Number) ?? []
  if (index === undefined || of === undefined || index < 1 || index > of)
    throw new InvalidArgumentError('Give the number of the shard and how many there are, such as 2/4.')
  return { index, of }
}

/** Milliseconds inside. */
export const durationOf =
  (option: string) =>
  (text: string): number =>
    parseDuration(text, option)

/** Several values may follow one option, and one value may hold several, parted by commas. */
export const parseClauses = (text: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  ...text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
]

export const choice = (flags: string, description: string, values: readonly string[]): Option =>
  new Option(flags, description).choices(values)
