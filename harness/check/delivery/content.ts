import type { Check, Report } from '../check.ts'
import type { EventOf } from '../event.ts'
import type { Operation } from '../tracker/operations.ts'
import { inWords } from '../tracker/positions.ts'

const PARTS = ['key', 'value', 'headers'] as const

/** delivery/4: key, value, headers and topic arrive as they were published. */
export const content: Check = {
  clause: 'delivery/4',
  file: import.meta.url,
  detect: (ledger, report) => ({
    takes: ['deliver', 'stored'],
    step(event) {
      if (event.type !== 'deliver' && event.type !== 'stored') return
      const operation = ledger.operations.get(event.op)
      if (operation === undefined) return
      if (event.type === 'deliver') report.occasion()
      for (const part of PARTS) {
        const [expected, actual] = [operation.content[part], event.content[part]]
        if (expected !== actual) tell(report, event, operation, { part, expected, actual })
      }
      const actual = event.type === 'deliver' ? event.topic : event.position.topic
      if (operation.topic !== actual)
        tell(report, event, operation, { part: 'topic', expected: operation.topic, actual })
    },
  }),
}

function tell(
  report: Report,
  event: EventOf<'deliver'> | EventOf<'stored'>,
  { op }: Operation,
  { part, expected, actual }: { readonly part: string; readonly expected: string; readonly actual: string },
): void {
  const delivered = event.type === 'deliver'
  const where = delivered ? `delivered to ${event.consumer}` : `stored at ${inWords(event.position)}`
  report.violation({
    message: `${op} was ${where} with another ${part} than published`,
    expected: `${part} ${expected}`,
    actual: `${part} ${actual}`,
    op,
    at: event.at,
    ...(delivered
      ? { node: event.node, consumer: event.consumer, group: event.group }
      : { positions: [event.position] }),
  })
}
