import type { Event } from '../events/kinds.ts'

/**
 * In order of time; events of one moment stay as they came. For real histories, which several processes write: their
 * clocks are the same monotonic clock of the machine, but their lines arrive late.
 */
export const sortByTime = (events: readonly Event[]): Event[] => [...events].sort((one, other) => one.at - other.at)
