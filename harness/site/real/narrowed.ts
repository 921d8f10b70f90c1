/** Claims as a system allows them. */
import { type Claims, type Figure, isFigure } from '../../claims.ts'
import type { AdapterFacts } from '../../load/adapter.ts'

/** The adapter, with the ranges of its settable figures raised to what the system allows at least, by dotted path. */
export function narrowed(adapter: AdapterFacts, least: Readonly<Record<string, number>> = {}): AdapterFacts {
  const raise = (value: unknown, path: string): unknown => {
    if (isFigure(value)) return raised(value, least[path])
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, raise(inner, path === '' ? name : `${path}.${name}`)]),
    )
  }
  return { ...adapter, claims: raise(adapter.claims, '') as Claims }
}

function raised(figure: Figure, least: number | undefined): Figure {
  if (least === undefined || 'fixed' in figure) return figure
  const { default: usual, min, max } = figure
  return { default: Math.max(usual, least), min: Math.max(min, least), max: Math.max(max, least) }
}
