import type { RunHeader } from '../../history/header.ts'

/**
 * The shortest time that counts as a wait of `ms`. Virtual time is exact; on real clocks timers drop fractions of a
 * millisecond and may fire up to one early.
 */
export const earliest = ({ site }: RunHeader, ms: number): number =>
  site === 'simulated' ? ms - 0.001 : Math.floor(ms) - 1

/** For texts: to the microsecond. */
export const rounded = (ms: number): number => Math.round(ms * 1000) / 1000

/** For texts: a moment, ms, as a timeline shows it. */
export const instant = (at: number): string => String(Math.round(at * 100) / 100)

/** Of a list that a text names. */
const MOST_NAMED = 3

/** For texts: `m0, m1, m2 and 4 more`. */
export const named = (names: readonly string[]): string =>
  names.length <= MOST_NAMED
    ? names.join(', ')
    : `${names.slice(0, MOST_NAMED).join(', ')} and ${names.length - MOST_NAMED} more`

/** For texts: `1 failure`, `2 failures`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
