import type { Check, Report } from '../check.ts'
import { supportOf } from '../retry/support.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isQueued, type Operation } from '../tracker/operations.ts'
import { counted, rounded } from '../tracker/timing.ts'
import { guarded } from './guarded.ts'
import { createBreakerModel, type Period } from './model.ts'
import { type Deviation, type Suspicion, suspecting } from './suspects.ts'
import { afterProbes, listed, tripWords, uncounted } from './trip-words.ts'

/** Violations of breaker/1 look like failures that are counted twice. */
const NEVER_ANEW: Suspicion = {
  text: () => 'counted on after a success',
  counts: (result, late) => (late || result === 'good' ? [] : [result]),
}

const SUSPICIONS: readonly Suspicion[] = [
  NEVER_ANEW,
  {
    text: (uncounted) => `counted ${uncounted} as a failure`,
    counts: (result, late) => (late ? [] : [result === 'neither' ? 'bad' : result]),
  },
  {
    text: (uncounted) => `counted ${uncounted} as a success`,
    counts: (result, late) => (late ? [] : [result === 'neither' ? 'good' : result]),
  },
  {
    text: () => 'counted one failure more than once',
    counts: (result, late) => (late ? [] : result === 'bad' ? ['bad', 'bad'] : [result]),
  },
]

/** breaker/9: each failure counts once, a call that says nothing never counts, and a refusal is not retried. */
export const once: Check = {
  clause: 'breaker/9',
  file: import.meta.url,
  detect: guarded((claim, ledger, report) => {
    const { open } = tripWords(claim.trip)
    const apart = uncounted(ledger)
    /** Periods in which the breaker was open, by node. */
    const opened = new Map<string, Period[]>()
    const suspects = suspecting(claim, SUSPICIONS, ({ period, suspicion, to, call, moment }: Deviation) => {
      if (suspicion === NEVER_ANEW) return
      report.violation({
        message: `the breaker of ${period.node} ${suspicion.text(apart.noun(period))}`,
        expected: `${period.state === 'closed' ? open : afterProbes(claim)}; each failure counts once, and a call that was aborted or failed for good not at all`,
        actual: listed(
          `${to ?? `still ${period.state}`} after ${counted(period.bad, 'failed call')} and ${counted(period.good, 'successful one')}`,
          apart.sentence(period),
        ),
        node: period.node,
        at: moment.at,
        op: call?.op,
        others: apart.ops(period),
      })
    })
    const model = createBreakerModel(ledger, claim, {
      ...suspects,
      ended(period, call, moment) {
        if (call.began === period && call.result === 'neither') {
          const last = ledger.operations.attemptsOf(call.op).at(-1)?.ended
          report.occasion()
          const isFinal = last?.outcome === 'failed' && last.error?.retryable === false
          report.kind(isFinal ? 'a call that failed for good' : 'a call that was cancelled')
        }
        apart.ended(period, call)
        suspects.ended(period, call, moment)
      },
      changed(before, after) {
        suspects.changed(before, after)
        if (after.state === 'open') opened.set(after.node, [...(opened.get(after.node) ?? []), after])
      },
    })
    return {
      takes: model.takes,
      step: model.step,
      end() {
        for (const operation of ledger.operations.all()) {
          const { node, settled, attempts } = operation
          if (settled?.error?.code === claim.code && attempts.length > 0) {
            report.occasion()
            report.kind('a publish refused between its attempts')
          }
          if (claim.retry === 'outside') judgeRefused(ledger, report, operation, opened.get(node) ?? [])
        }
      },
    }
  }),
}

/** A retry that was due while the breaker was open has been refused, and with it the publish. */
function judgeRefused({ run }: Ledger, report: Report, operation: Operation, open: readonly Period[]): void {
  const { retry } = run.claims
  const { op, node, attempts } = operation
  // A queued publish waits until it is let through, and is never refused.
  if (retry === undefined || isQueued(operation)) return
  for (const [index, { began }] of attempts.entries()) {
    const ended = attempts[index - 1]?.ended
    if (ended === undefined || ended === null) continue
    const { least, most } = supportOf(retry, index)
    const from = ended.at + least
    const to = ended.at + most + run.slack
    const refusing = open.find((period) => period.since.at < from && period.ended !== null && period.ended.at > to)
    if (refusing === undefined || began.at <= to) continue
    report.violation({
      message: `attempt ${index + 1} of ${op} was made although the breaker of ${node} must have refused it`,
      expected: 'a refusal ends the publish; it is not retried',
      actual: `due from ${rounded(from)} to ${rounded(to)} ms, open from ${refusing.since.at} to ${refusing.ended?.at} ms, begun at ${began.at} ms`,
      op,
      node,
      at: began.at,
    })
    return
  }
}
