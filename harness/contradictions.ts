import { claimEntries } from './claims/index.ts'
import { first } from './claims/rules.ts'
import { type Claims, type Figure, isFigure } from './claims.ts'
import { type Lacks, without } from './lacks.ts'

function rangeOf(path: string, one: Figure): string | null {
  if ('fixed' in one) return null
  if (one.min > one.max) return `${path} has a min of ${one.min}, which is above its max of ${one.max}.`
  if (one.default >= one.min && one.default <= one.max) return null
  return `${path} has a default of ${one.default}, outside its range of ${one.min} to ${one.max}.`
}

function ranges(value: unknown, path: string): string | null {
  if (isFigure(value)) return rangeOf(path, value)
  if (typeof value !== 'object' || value === null) return null
  for (const [name, inner] of Object.entries(value)) {
    const found = ranges(inner, path === '' ? name : `${path}.${name}`)
    if (found !== null) return found
  }
  return null
}

/** The first contradiction within claims as a sentence that names both sides, or null. */
export const contradictions = (claims: Claims): string | null =>
  ranges(claims, '') ??
  first(
    claimEntries.map(([name, { contradiction }]) => {
      const claim = claims[name]
      // The claim of this name is what the descriptor of this name asks for.
      return claim === undefined ? null : (contradiction?.(claim as never, claims) ?? null)
    }),
  )

/** The first claim that needs what the system lacks, as one sentence without its full stop; null where each can be kept. */
export const beyondSystem = (claims: Claims, system: string, lacks: Lacks): string | null =>
  first(
    claimEntries.map(([name, { needs }]) => {
      const claim = claims[name]
      const needed = claim === undefined ? [] : (needs?.(claim as never) ?? [])
      const missing = needed.find((capability) => lacks[capability] !== undefined)
      if (missing === undefined) return null
      const what = typeof claim === 'string' ? `${name} ${claim}` : name
      return `it claims ${what}, but no run on ${system} can test that, because ${without(missing, lacks)}; leave the claim out, or correct the system's \`lacks\``
    }),
  )
