import type { Check } from '../check.ts'
import type { EventOf } from '../event.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isRefused, outcomeOf } from '../tracker/operations.ts'
import { inWords } from '../tracker/positions.ts'

/** delivery/2: only what was published is delivered, and nothing whose publish certainly failed. */
export const origin: Check = {
  clause: 'delivery/2',
  file: import.meta.url,
  detect: (ledger, report) => {
    const seen: (EventOf<'deliver'> | EventOf<'stored'>)[] = []
    const reported = new Set<string>()

    const judge = (event: EventOf<'deliver'> | EventOf<'stored'>): void => {
      const delivered = event.type === 'deliver'
      // Judged by fail-fast/6 and 7: the harness did publish it.
      if (ledger.trials.get(event.op) !== undefined) return
      const where = delivered ? `delivered to ${event.consumer}` : `stored at ${inWords(event.position)}`
      if (delivered) report.occasion()
      const operation = ledger.operations.get(event.op)
      const about = {
        at: event.at,
        op: event.op,
        ...(delivered
          ? { node: event.node, consumer: event.consumer, group: event.group }
          : { positions: [event.position] }),
      }
      if (event.op === null) {
        // A message that only the witness finds may belong to another client.
        if (!delivered) return
        const message = `a message that carries no operation id was ${where} (phantom)`
        report.violation({
          ...about,
          message,
          expected: 'only published messages',
          actual: 'a message that was never published',
        })
      } else if (operation === undefined) {
        const message = `${event.op} was ${where}, but it was never published (phantom)`
        report.violation({ ...about, message, expected: 'only published messages', actual: where })
      } else if (isRefused(operation) && !reported.has(event.op)) {
        reported.add(event.op)
        const message = `the publish of ${event.op} failed with effect none, and yet it was ${where} (aborted read)`
        const expected = `${event.op} never stored nor delivered, or a failure with effect unknown`
        report.violation({ ...about, message, expected, actual: where })
      }
    }

    return {
      takes: ['deliver', 'stored'],
      step(event) {
        if (event.type === 'deliver' || event.type === 'stored') seen.push(event)
      },
      // How a publish ended may be known only after its message was delivered.
      end(complete) {
        if (complete) for (const event of seen) judge(event)
        else for (const event of seen) if (isOver(ledger, event.op)) judge(event)
      },
    }
  },
}

function isOver({ operations }: Ledger, op: string | null): boolean {
  const operation = operations.get(op)
  return operation !== undefined && outcomeOf(operation) !== null
}
