/** Words for the counts that open a closed breaker, and for calls that count neither way. */
import type { BreakerClaim, TripClaim } from '../../claims.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { counted, named } from '../tracker/timing.ts'
import type { EndedCall, Period } from './model.ts'

export interface TripWords {
  readonly isReached: (period: Period) => boolean
  readonly counts: (period: Period, noun: string) => string
  /** For sentences: when it opens, and what opens it. */
  readonly open: string
  readonly needed: string
}

export function tripWords(trip: TripClaim<number>): TripWords {
  if (trip.when === 'consecutive-failures') {
    return {
      isReached: ({ bad }) => bad >= trip.failures,
      counts: ({ bad }, noun) => `${counted(bad, noun)} in a row`,
      open: `open after ${trip.failures} failed calls in a row`,
      needed: `${counted(trip.failures, 'failure')} in a row`,
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

/** When half-open ends. */
export const afterProbes = ({ halfOpen: { closeAfter, reopenOn } }: BreakerClaim<number>): string =>
  `closed after ${closeAfter} successful probes, open again after ${reopenOn} failed ones`

export const listed = (text: string, more: string | null): string => (more === null ? text : `${text}; ${more}`)

/** Calls by the period in which they began and ended, and counted neither as a failure nor as a success. */
export interface Uncounted {
  ended(period: Period, call: EndedCall): void
  ops(period: Period): readonly string[]
  /** `m0 was aborted and must not count`; null where there is none. */
  sentence(period: Period): string | null
  /** `the aborted m0`. */
  noun(period: Period): string
}

export function uncounted({ operations }: Ledger): Uncounted {
  const byPeriod = new Map<Period, string[]>()
  const isAborted = (op: string): boolean => operations.get(op)?.aborted != null
  return {
    ended(period, { op, began, result }) {
      if (began !== period || result !== 'neither') return
      byPeriod.set(period, [...(byPeriod.get(period) ?? []), op])
    },
    ops: (period) => byPeriod.get(period) ?? [],
    sentence(period) {
      const ops = byPeriod.get(period)
      if (ops === undefined) return null
      const was = ops.length === 1 ? 'was' : 'were'
      return `${named(ops)} ${ops.every(isAborted) ? `${was} aborted` : `${was} cancelled or failed for good`} and must not count`
    },
    noun(period) {
      const ops = byPeriod.get(period)
      if (ops === undefined) return 'a call that was cancelled or failed for good'
      return ops.every(isAborted) ? `the aborted ${named(ops)}` : `${named(ops)} (cancelled or failed for good)`
    },
  }
}
