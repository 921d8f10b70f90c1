/** When something happened: `at` in ms, and `seq`, its place in the history, which tells apart what has the same time. */
export interface Moment {
  readonly at: number
  readonly seq: number
}

export const isBefore = (one: Moment, other: Moment): boolean => one.seq < other.seq

/** The one map key of several names. */
export const join = (...names: readonly (string | number)[]): string => names.join('\u0000')

/** The list under a key, made when it is first asked for. */
export function listIn<T>(lists: Map<string, T[]>, key: string): T[] {
  const found = lists.get(key)
  if (found !== undefined) return found
  const made: T[] = []
  lists.set(key, made)
  return made
}
