import type { EnvelopeClaim } from '../../claims/envelope.ts'
import { isOf } from '../../claims/envelope-values.ts'
import type { Check } from '../check.ts'
import { type Enveloped, valueIn } from '../tracker/envelopes.ts'

/** envelope/5: an error tells which message it is about. */
export const aboutMessage: Check = {
  clause: 'envelope/5',
  file: import.meta.url,
  detect(ledger, report) {
    const { run, nodes } = ledger
    const claim = run.claims.envelope
    const name = claim?.correlationId
    if (claim === undefined || name === undefined) return {}
    return {
      end() {
        for (const message of ledger.envelopes.all()) {
          const { op, node, failed } = message
          if (failed === null) continue
          const gone = nodes.goneAt(node)
          // A bus that is closed may refuse a message before it looks at it.
          if (gone !== null && gone.at <= message.began) continue
          report.occasion()
          const told = failed.error?.correlationId ?? null
          const due = dueOf(message, name)
          if (due === null ? isMade(claim, name, told) : told === due) continue
          report.violation({
            message: `the error of ${op} does not tell which message it is about`,
            expected: due === null ? `a correlationId that can be its ${name}` : `correlationId ${due}`,
            actual: `${failed.error?.code ?? 'no code'}: ${told === null ? 'no correlationId' : `correlationId ${told}`}`,
            op,
            node,
            at: failed.at,
          })
        }
      },
    }
  },
}

/** Null where nobody gave one, and none was seen. */
const dueOf = ({ given, cause, copies }: Enveloped, name: string): string | null =>
  given.get(name) ?? valueIn(cause ?? [], name) ?? valueIn(copies[0]?.envelope ?? [], name)

const isMade = ({ fields }: EnvelopeClaim, name: string, told: string | null): boolean => {
  const field = fields[name]
  return told !== null && told !== '' && field !== undefined && isOf(field, told)
}
