import type { Check } from '../check.ts'
import { wronglyMet } from '../fail-fast/refused.ts'

/** envelope/3: a value that a field does not take is refused, by an error that names the field. */
export const refusedFields: Check = {
  clause: 'envelope/3',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end(complete) {
      const fields = Object.keys(ledger.run.claims.envelope?.fields ?? {})
      for (const trial of ledger.trials.all()) {
        const { field, node, ended } = trial
        if (field === null || (!complete && ended === null)) continue
        const [name, value] = field
        const of = `a publish with ${name} ${value} on ${node}`
        report.occasion()
        const wrong = wronglyMet(ledger, trial, of)
        if (wrong !== null) report.violation(wrong)
        if (wrong !== null || ended === null) continue
        const { error } = ended
        const others = fields.filter((one) => one !== name)
        const isNamed =
          error !== null &&
          named(error.message, name) &&
          (others.length === 0 || !others.every((one) => named(error.message, one)))
        if (isNamed && error.effect === 'none' && error.retryable === false) continue
        report.violation({
          message: `${of} was refused with an error that does not say so`,
          expected: `a permanent error that names ${name} and not every field, with effect none`,
          actual: `${error?.code ?? 'no code'}: ${error?.message ?? 'no error'} (effect ${error?.effect}, retryable ${error?.retryable})`,
          node,
          op: trial.trial,
          at: ended.at,
        })
      }
    },
  }),
}

const OF_NAMES = /[\p{L}\p{N}_-]/u

/** Whether the text has the name of a field as a word of its own. */
function named(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const [before = ' ', after = ' '] = [text[at - 1], text[at + name.length]]
    if (!OF_NAMES.test(before) && !OF_NAMES.test(after)) return true
  }
  return false
}
