/** Lengths of time as options take them: one notation for the API and the command line. */
import { UsageError } from './errors.ts'

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const

export type DurationUnit = keyof typeof UNITS

/** Milliseconds, or a number with a unit: `90_000`, `'90s'`, `'1.5m'`, `'1500ms'`, `'1h'`. */
export type Duration = number | `${number}${DurationUnit}`

/** Node's timers hold no more. */
const LONGEST = 500 * UNITS.h

/** What stands on the command line. Throws a {@link UsageError} that names the option and what to write instead. */
export function parseDuration(text: string, option: string): number {
  const [, number = '', unit = ''] = /^(\d*\.?\d+)(ms|s|m|h|)$/.exec(text.trim()) ?? []
  if (number === '') throw new UsageError(`${option} ${text} is not a duration: write it like 90s, 5m or 1500ms`)
  if (unit === '') throw new UsageError(`${option} ${text} has no unit: write ${number}s`)
  return inRange(Number(number) * UNITS[unit as DurationUnit], option, text)
}

/** An option of the API, where a number is milliseconds. Throws as {@link parseDuration} does. */
export const milliseconds = (value: Duration, option: string): number =>
  typeof value === 'number' ? inRange(value, option, String(value)) : parseDuration(String(value), option)

function inRange(ms: number, option: string, text: string): number {
  if (Number.isNaN(ms) || ms < 0)
    throw new UsageError(`${option} ${text} is not a duration: give 0 or more, such as '90s'`)
  if (ms > LONGEST) throw new UsageError(`${option} ${text} is too long: give at most 500h`)
  return ms
}
