import type { Check } from '../check.ts'
import { wronglyMet } from '../fail-fast/refused.ts'

/** envelope/3: a value that a field does not take is refused, by an error that names the field. */
export const refusedFields: Check = {
  clause: 'envelope/3',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end(complete) {
      for (const trial of ledger.trials.all()) {
        const { field, node, ended } = trial
        if (field === null || (!complete && ended === null)) continue
        const [name, value] = field
        const of = `a publish with ${name} ${JSON.stringify(value)} on ${node}`
        report.occasion()
        const wrong = wronglyMet(ledger, trial, of)
        if (wrong !== null) report.violation(wrong)
        if (wrong !== null || ended === null) continue
        const { error } = ended
        if (error?.message.includes(name) === true && error.effect === 'none' && error.retryable === false) continue
        report.violation({
          message: `${of} was refused with an error that does not say so`,
          expected: `a permanent error that names ${name}, with effect none`,
          actual: `${error?.code ?? 'no code'}: ${error?.message ?? 'no error'} (effect ${error?.effect}, retryable ${error?.retryable})`,
          node,
          op: trial.trial,
          at: ended.at,
        })
      }
    },
  }),
}
