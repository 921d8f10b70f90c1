import type { BreakerClaim } from '../../claims.ts'
import type { Detect, Detector, Report } from '../check.ts'
import type { Ledger } from '../tracker/ledger.ts'

/** A detector for a clause about breakers; it judges nothing if no breaker is claimed. */
export const guarded =
  (detect: (claim: BreakerClaim<number>, ledger: Ledger, report: Report) => Detector): Detect =>
  (ledger, report) => {
    const claim = ledger.run.claims.breaker
    return claim === undefined ? {} : detect(claim, ledger, report)
  }
