import type { Certificate } from '../certificate/certificate.ts'

export const EXIT = {
  certified: 0,
  violation: 1,
  usage: 2,
  /** The site or the harness failed. */
  failed: 3,
  inconclusive: 4,
  interrupted: 130,
} as const

/**
 * What a certificate ends the process with. `partial`: the caller chose the clauses, so that those left out do not
 * count, and 0 means that all the chosen ones passed. After a quick look 0 means that nothing was violated.
 */
export function exitCodeOf(certificate: Certificate, partial: boolean): number {
  const has = (name: Certificate['verdicts'][number]['verdict']): boolean =>
    certificate.verdicts.some(({ verdict }) => verdict === name)
  if (has('fail')) return EXIT.violation
  if (certificate.error !== null || has('error')) return EXIT.failed
  if (certificate.staleWaivers !== undefined) return EXIT.violation
  if (certificate.certified) return EXIT.certified
  if (certificate.effort === 'quick' && has('pass')) return EXIT.certified
  return partial && !has('inconclusive') && (has('pass') || has('waived')) ? EXIT.certified : EXIT.inconclusive
}

/** Of a chaos run. A threshold that was not kept counts as a violation; a guard, and a target that was not well before, as a failed site. */
export function chaosExitCodeOf({ certified, soak }: Certificate): number {
  if (certified) return EXIT.certified
  switch (soak?.ended) {
    case 'violation':
    case 'threshold':
      return EXIT.violation
    case 'interrupted':
      return EXIT.interrupted
    case 'finished':
    case 'empty':
      return EXIT.inconclusive
    default:
      return EXIT.failed
  }
}
