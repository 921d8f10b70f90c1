import type { EnvelopeField } from '../../claims/envelope.ts'
import { keptValue, traceIn } from '../../claims/envelope-values.ts'
import type { Check } from '../check.ts'
import { type Copy, toldOf, valueIn } from '../tracker/envelopes.ts'

/** envelope/1: a field that the caller gives stays as it is. */
export const given: Check = {
  clause: 'envelope/1',
  file: import.meta.url,
  detect(ledger, report) {
    const { run } = ledger
    const fields = Object.entries(run.claims.envelope?.fields ?? {})
    return {
      end() {
        for (const { op, node, given, copies } of ledger.envelopes.all()) {
          const due = fields.flatMap(([name, field]) => {
            const value = given.get(name)
            return value === undefined ? [] : [{ name, field, value, kept: keptValue(field, value) }]
          })
          if (due.length === 0) continue
          for (const copy of copies) {
            report.occasion()
            if (copy.how === 'dead-lettered') report.kind('a dead letter')
            else if (due.some(({ value, kept }) => value !== kept)) report.kind('another spelling')
            const wrong = due.find(({ name, field, kept }) => !isKept(copy, name, field, kept))
            if (wrong === undefined) continue
            const { name, value, kept } = wrong
            report.violation({
              message: `${op} lost its ${name} where it was ${copy.how}`,
              expected: `${name} ${JSON.stringify(kept)}${kept === value ? '' : `, which the caller spelled ${JSON.stringify(value)}`}`,
              actual: toldOf(copy.envelope, name),
              op,
              node,
              at: copy.at,
            })
          }
        }
      },
    }
  },
}

function isKept({ envelope }: Copy, name: string, field: EnvelopeField, kept: string): boolean {
  const value = valueIn(envelope, name)
  if (value === null || field.type !== 'traceparent') return value === kept
  return traceIn(value) === traceIn(kept)
}
