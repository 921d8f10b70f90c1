import type { RunHeader } from '../../history/event.ts'

/**
 * The shortest time that counts as a wait of `ms`. Virtual time is exact; on real clocks timers drop fractions of a
 * millisecond and may fire up to one early.
 */
export const earliest = ({ site }: RunHeader, ms: number): number =>
  site === 'simulated' ? ms - 0.001 : Math.floor(ms) - 1

/** For texts: to the microsecond. */
export const rounded = (ms: number): number => Math.round(ms * 1000) / 1000

/** For texts: `1 failure`, `2 failures`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
