import type { TripClaim } from '../../claims.ts'
import { counted } from '../tracker/timing.ts'
import { judgeCancelled } from './cancelled.ts'
import { guarded } from './guarded.ts'
import { createBreakerModel, type Period } from './model.ts'

/** breaker/1: it opens exactly when the claimed number of failures in a row, or the claimed rate of them, is reached. */
export const trip = guarded((claim, ledger, report) => {
  const { isReached, counts, open, needed } = wordsOf(claim.trip)
  const model = createBreakerModel(ledger, claim, {
    changed(before, after) {
      if (before.state !== 'closed' || after.state !== 'open') return
      report.occasion()
      if (isReached(before)) return
      report.violation({
        message: `the breaker of ${after.node} opened after ${counts(before, 'failure')}, though it takes ${needed}`,
        expected: open,
        actual: `${counts(before, 'failed call')} since ${before.since.at} ms`,
        node: after.node,
        at: after.since.at,
      })
    },
    admitted(period, { op, name }, { at }) {
      if (period.state !== 'closed' || period.due === null) return
      report.violation({
        message: `the breaker of ${period.node} let ${name} through after ${counts(period, 'failure')}, though ${needed} open it`,
        expected: `open at ${period.due.since.at} ms, before any further call`,
        actual: `still closed at ${at} ms`,
        op,
        node: period.node,
        at,
      })
    },
  })
  return {
    takes: model.takes,
    step: model.step,
    end() {
      if (claim.retry !== 'outside') return
      for (const operation of ledger.operations.all()) judgeCancelled(ledger, report, operation)
    },
  }
})

interface Words {
  readonly isReached: (period: Period) => boolean
  readonly counts: (period: Period, noun: string) => string
  /** For texts: when it opens, and what opens it. */
  readonly open: string
  readonly needed: string
}

function wordsOf(trip: TripClaim<number>): Words {
  if (trip.when === 'consecutive-failures') {
    return {
      isReached: ({ bad }) => bad >= trip.failures,
      counts: ({ bad }, noun) => `${counted(bad, noun)} in a row`,
      open: `open after ${trip.failures} failed calls in a row`,
      needed: String(trip.failures),
    }
  }
  const needed = `more than ${trip.above} % of at least ${trip.calls} calls in ${trip.window} ms`
  return {
    isReached: ({ due }) => due?.to === 'open',
    counts({ recent, due }, noun) {
      const begun = due === null ? recent.begun : recent.begun.filter((at) => at <= due.since.at)
      return `${counted(recent.failed.length, noun)} of ${counted(begun.length, 'call')}`
    },
    open: `open when ${needed} have failed`,
    needed,
  }
}
