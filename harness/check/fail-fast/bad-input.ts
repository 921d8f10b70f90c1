import type { TrialKind } from '../../events/caller.ts'
import type { Check, Report } from '../check.ts'
import type { Ledger } from '../tracker/ledger.ts'
import type { Trial } from '../tracker/trials.ts'
import { wronglyMet } from './refused.ts'

/** In words, and the field of the message that the error must name. */
const BAD: Readonly<Partial<Record<TrialKind, readonly [what: string, field: string]>>> = {
  'empty-topic': ['a publish to an empty topic', 'topic'],
  'control-topic': ['a publish to a topic with control characters in its name', 'topic'],
  'oversize-value': ['a publish of a value larger than claimed', 'value'],
}

/** fail-fast/6: bad input is refused before anything is sent, with an error that names the field. */
export const badInput: Check = {
  clause: 'fail-fast/6',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end(complete) {
      for (const trial of ledger.trials.all()) {
        const bad = BAD[trial.what]
        if (bad !== undefined && (complete || trial.ended !== null)) judge(ledger, report, trial, bad)
      }
    },
  }),
}

function judge(ledger: Ledger, report: Report, trial: Trial, [what, field]: readonly [string, string]): void {
  const of = `${what} on ${trial.node}`
  const error = trial.ended?.error ?? null
  report.occasion()
  report.kind(trial.what)
  const wrong = wronglyMet(ledger, trial, of)
  if (wrong !== null) report.violation(wrong)
  if (wrong !== null || trial.ended === null) return
  const named = error?.message.toLowerCase().includes(field) === true
  if (named && error?.effect === 'none' && error.retryable === false) return
  report.violation({
    message: `${of} was refused with an error that does not say so`,
    expected: `a permanent error that names the ${field}, with effect none`,
    actual: `${error?.code ?? 'no code'}: ${error?.message ?? 'no error'} (effect ${error?.effect}, retryable ${error?.retryable})`,
    node: trial.node,
    op: trial.trial,
    at: trial.ended.at,
  })
}
