import type { BreakerClaim } from '../../claims.ts'
import type { Breach, Report } from '../check.ts'
import type { Ledger } from '../tracker/ledger.ts'
import type { Listener, Period } from './model.ts'

/** Probes beyond the permits, until it is known whether one of the others had been given up by then. */
export interface Excess {
  add(period: Period, violation: Breach): void
  readonly ended: Required<Listener>['ended']
  report(report: Report): void
}

export function createExcess(claim: BreakerClaim<number>, { run }: Pick<Ledger, 'run'>): Excess {
  // A publish that is given up while it waits for its next attempt frees its permit before its caller learns of it.
  const isToldLate = claim.retry === 'inside'
  const open: { readonly period: Period; readonly violation: Breach }[] = []
  return {
    add: (period, violation) => void open.push({ period, violation }),
    ended(_period, { op, result, began }, { at }) {
      if (!isToldLate || result !== 'neither') return
      const excused = open.findIndex(
        ({ period, violation }) => period === began && violation.op !== op && at - violation.at <= run.slack,
      )
      if (excused >= 0) open.splice(excused, 1)
    },
    report(report) {
      for (const { violation } of open) report.violation(violation)
    },
  }
}
