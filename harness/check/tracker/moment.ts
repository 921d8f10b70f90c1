/** When something happened: `at` in ms, and `seq`, its place in the history, which orders events of the same time. */
export interface Moment {
  readonly at: number
  readonly seq: number
}

export const isBefore = (one: Moment, other: Moment): boolean => one.seq < other.seq

/** The one map key of several names. */
export const join = (...names: readonly (string | number)[]): string => names.join('\u0000')

/** The list under a key, made when it is first asked for. */
export function listIn<K, T>(lists: Map<K, T[]>, key: K): T[] {
  const found = lists.get(key)
  if (found !== undefined) return found
  const made: T[] = []
  lists.set(key, made)
  return made
}

/** The map under a key, made when it is first asked for. Two keys one after the other cost less than one joined of both. */
export function mapIn<K, V>(maps: Map<string, Map<K, V>>, key: string): Map<K, V> {
  const found = maps.get(key)
  if (found !== undefined) return found
  const made = new Map<K, V>()
  maps.set(key, made)
  return made
}

/** What is found where there is nothing. */
export const NONE: readonly never[] = []
