import type { Clause } from '../../spec/clause.ts'
import { CLAUSES } from '../../spec/index.ts'
import { UsageError } from '../certify-options.ts'

const AREAS: readonly string[] = [...new Set(CLAUSES.map(({ area }) => area))]

/** The clauses that an id or an area means; {@link UsageError} where it means none. */
export function clausesNamed(name: string): readonly Clause[] {
  const found = CLAUSES.filter(({ id, area }) => id === name || area === name)
  if (found.length > 0) return found
  const area = AREAS.find((one) => name.startsWith(`${one}/`))
  const ids = CLAUSES.filter((clause) => clause.area === area).map(({ id }) => id)
  const known = area === undefined ? `the areas are ${AREAS.join(', ')}` : `${area} has ${ids.join(', ')}`
  throw new UsageError(`${name}: there is no such clause or area; ${known}`)
}

export function checkSelection(names: readonly string[]): void {
  for (const name of names) clausesNamed(name)
}
