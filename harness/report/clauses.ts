import { CLAUSES } from '../../spec/index.ts'
import type { Certificate, Verdict } from '../certificate/certificate.ts'

const areaOf = (clause: string): string => clause.split('/')[0] ?? clause

/** A few words for a clause; nothing for one that this version does not know. */
export const titleOf = (clause: string): string => CLAUSES.find(({ id }) => id === clause)?.title ?? ''

/** Verdicts by area, both in the order in which the certificate has them. */
export function byArea(certificate: Certificate): ReadonlyMap<string, readonly Verdict[]> {
  const areas = new Map<string, Verdict[]>()
  for (const verdict of certificate.verdicts) {
    const area = areaOf(verdict.clause)
    const inArea = areas.get(area)
    if (inArea === undefined) areas.set(area, [verdict])
    else inArea.push(verdict)
  }
  return areas
}
