import type { EnvelopeClaim } from '../../claims/envelope.ts'
import { traceIn } from '../../claims/envelope-values.ts'
import type { Check } from '../check.ts'
import { type Enveloped, toldOf, valueIn } from '../tracker/envelopes.ts'

/** envelope/4: a message tells what caused it. */
export const caused: Check = {
  clause: 'envelope/4',
  file: import.meta.url,
  detect(ledger, report) {
    const { run } = ledger
    const claim = run.claims.envelope
    if (claim === undefined) return {}
    return {
      end() {
        for (const message of ledger.envelopes.all()) {
          const due = dueOf(claim, message)
          if (due.length === 0) continue
          const { op, node, copies } = message
          for (const { how, envelope, at } of copies) {
            report.occasion()
            const wrong = due.find(({ name, told, value }) => told(valueIn(envelope, name)) !== value)
            if (wrong === undefined) continue
            const { name, value } = wrong
            report.violation({
              message: `${op} does not tell what caused it, where it was ${how}`,
              expected: `${name} ${value}, as the message in whose handling it was published`,
              actual: toldOf(envelope, name),
              op,
              node,
              at,
            })
          }
        }
      },
    }
  },
}

interface Due {
  readonly name: string
  readonly value: string
  /** What of the field must be that value. */
  readonly told: (value: string | null) => string | null
}

const whole = (value: string | null): string | null => value
const trace = (value: string | null): string | null => (value === null ? null : traceIn(value))

/** Only what its cause has itself; what its caller gives is left to another clause. */
function dueOf({ fields, messageId, correlationId, causationId }: EnvelopeClaim, { cause, given }: Enveloped) {
  if (cause === null) return []
  const traces = Object.keys(fields).filter((name) => fields[name]?.type === 'traceparent')
  const due: readonly [name: string | undefined, from: string | undefined, told: Due['told']][] = [
    [correlationId, correlationId, whole],
    [causationId, messageId, whole],
    ...traces.map((name): [string, string, Due['told']] => [name, name, trace]),
  ]
  return due.flatMap(([name, from, told]): Due[] => {
    const value = told(valueIn(cause, from))
    return name === undefined || value === null || given.has(name) ? [] : [{ name, value, told }]
  })
}
