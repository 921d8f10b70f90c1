/** Rules about figures that several claims share. Each gives the first contradiction as a sentence, or null. */
import type { Figure } from './figure.ts'

/** The value of a figure that is not set. */
export const usual = (one: Figure): number => ('fixed' in one ? one.fixed : one.default)
export const written = (one: Figure): string => `${usual(one)}${'fixed' in one ? '' : ' by default'}`

/** `low` must not exceed `high`. */
export function atMost(low: readonly [string, Figure], high: readonly [string, Figure]): string | null {
  if (usual(low[1]) <= usual(high[1])) return null
  return `${low[0]} (${written(low[1])}) is above ${high[0]} (${written(high[1])}).`
}

/** Must be a whole number from `least` to `most`, over its whole range. */
export function whole(path: string, one: Figure, least: number, most = Number.POSITIVE_INFINITY): string | null {
  const values = 'fixed' in one ? [one.fixed] : [one.default, one.min, one.max]
  const wrong = values.find((value) => !Number.isInteger(value) || value < least || value > most)
  if (wrong === undefined) return null
  const range = most === Number.POSITIVE_INFINITY ? `of at least ${least}` : `from ${least} to ${most}`
  return `${path} may be ${wrong}, but must be a whole number ${range}.`
}

export const first = (found: readonly (string | null)[]): string | null => found.find((one) => one !== null) ?? null
