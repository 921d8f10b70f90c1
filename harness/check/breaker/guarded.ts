import type { BreakerClaim } from '../../claims.ts'
import type { Detect, Detector, Report } from '../check.ts'
import type { Ledger } from '../tracker/ledger.ts'

/** A detector of a clause about breakers: there is nothing to judge where none is claimed. */
export const guarded =
  (detect: (claim: BreakerClaim<number>, ledger: Ledger, report: Report) => Detector): Detect =>
  (ledger, report) => {
    const claim = ledger.run.claims.breaker
    return claim === undefined ? {} : detect(claim, ledger, report)
  }
