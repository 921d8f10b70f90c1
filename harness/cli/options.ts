/** Parsers for option values: one sentence each that names the value and the mend. */
import { InvalidArgumentError, Option } from 'commander'
import { parseDuration } from '../duration.ts'

const LARGEST_SEED = 0xffff_ffff

const wholeNumber =
  (least: number, most: number, what: string) =>
  (text: string): number => {
    const value = Number(text)
    if (text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) return value
    throw new InvalidArgumentError(`Give ${what} from ${least} to ${most}.`)
  }

export const parseSeed = wholeNumber(0, LARGEST_SEED, 'a whole number')
export const parseRuns = wholeNumber(1, 1_000_000, 'a whole number of runs')
export const parseLanes = wholeNumber(1, 64, 'a whole number of lanes')
export const parseNodes = wholeNumber(1, 99, 'a whole number of nodes')
export const parseRepeat = wholeNumber(1, 1_000, 'a whole number of repetitions')

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
