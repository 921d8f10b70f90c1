import { CLAUSES } from '../../spec/index.ts'
import { type Certificate, failureOf, type Verdict, type VerdictName } from '../certificate/certificate.ts'

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

export const clausesWith = ({ verdicts }: Certificate, name: VerdictName): string[] =>
  verdicts.filter(({ verdict }) => verdict === name).map(({ clause }) => clause)

/** Whether a waiver accepts it or not. */
export const isViolated = ({ verdict, waived }: Verdict): boolean => verdict === 'fail' || waived?.was === 'fail'

/** Whether its occasions say anything. */
export const isJudged = ({ verdict }: Verdict): boolean => verdict !== 'unsupported' && verdict !== 'not run'

/** What is violated, and has no story: only many runs together show it. */
export const untoldIn = (certificate: Certificate): Verdict[] =>
  certificate.verdicts.filter((one) => isViolated(one) && failureOf(certificate, one.clause) === undefined)
