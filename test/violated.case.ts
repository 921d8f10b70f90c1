import { type Certificate, storyIn } from '../harness/certificate/certificate.ts'

/** The clauses that a bus violated, each with its story: what a test prints where it wants none of them. */
export const violated = (certificate: Pick<Certificate, 'verdicts' | 'failures'>): readonly unknown[] =>
  certificate.verdicts
    .filter(({ verdict }) => verdict === 'fail')
    .map(({ clause, violations }) => ({ clause, violations, story: storyIn(certificate, clause) }))
