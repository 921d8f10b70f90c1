/** What `--only` and its like may name: clauses and areas. */
import { type Area, type CertificateLevel, type Clause, LEVEL_AREAS } from '../../spec/clause.ts'
import { CLAUSES } from '../../spec/index.ts'
import { UsageError } from '../errors.ts'

const AREAS: readonly string[] = [...new Set(CLAUSES.map(({ area }) => area))]

/** The clauses that an id or an area means; {@link UsageError} where it means none. */
export function clausesNamed(name: string): readonly Clause[] {
  const found = CLAUSES.filter(({ id, area }) => id === name || area === name)
  if (found.length > 0) return found
  const area = AREAS.find((one) => name.startsWith(`${one}/`))
  const ids = CLAUSES.filter((clause) => clause.area === area).map(({ id }) => id)
  const known = area === undefined ? `the areas are ${AREAS.join(', ')}` : `${area} has ${ids.join(', ')}`
  throw new UsageError(`${name}: unknown clause or area; ${known}`)
}

/** Throws a {@link UsageError} for no name at all, for one that means nothing, and for one outside the level. */
export function checkSelection(only: readonly string[], level?: CertificateLevel): void {
  if (only.length === 0) throw new UsageError('--only is empty: give a clause or an area, such as ordering/1')
  for (const name of only) {
    const areas = clausesNamed(name).map(({ area }) => area)
    if (level === undefined || areas.some((area) => LEVEL_AREAS[level].includes(area))) continue
    const judging = Object.entries(LEVEL_AREAS).find(([, judged]) => judged.some((area: Area) => areas.includes(area)))
    throw new UsageError(
      `--only ${name}: level ${level} judges ${LEVEL_AREAS[level].join(', ')} only; use level ${judging?.[0]}, or leave ${name} out`,
    )
  }
}
