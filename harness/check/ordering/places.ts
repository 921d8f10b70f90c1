import type { Check, Report } from '../check.ts'
import type { EventOf, Position } from '../event.ts'
import { isTriedAgain } from '../tracker/causes.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { inWords, samePosition } from '../tracker/positions.ts'

/** A receipt or a delivery that says where its message lies. */
interface Told {
  readonly op: string
  readonly position: Position
  readonly event: EventOf<'published' | 'settled' | 'deliver'>
}

/** ordering/6: one position, one message; receipts and deliveries name the one where the witness found it. */
export const places: Check = {
  clause: 'ordering/6',
  file: import.meta.url,
  detect: (ledger, report) => {
    const all: Told[] = []
    return {
      takes: ['published', 'settled', 'deliver'],
      step(event) {
        const tells = event.type === 'published' || event.type === 'settled' || event.type === 'deliver'
        if (!tells || event.op === null) return
        if (event.position !== undefined) all.push({ op: event.op, position: event.position, event })
      },
      // The witness may read only after the run.
      end() {
        for (const told of all) {
          arisen(report, 'named')
          judge(ledger, report, told)
        }
        for (const { op } of ledger.operations.all()) {
          if (ledger.positions.witnessed(op).length > 0) arisen(report, 'stored')
          judgeCopies(ledger, report, op)
          judgeOccupants(ledger, report, op)
        }
      },
    }
  },
}

function arisen(report: Report, kind: 'named' | 'stored'): void {
  report.occasion()
  report.kind(kind)
}

function judge(ledger: Ledger, report: Report, told: Told): void {
  const { op, position } = told
  const found = ledger.positions.witnessed(op)
  const here = ledger.positions.opAt(position)
  if (found.some((one) => samePosition(one, position))) return
  if (found.length === 0 && (here === null || here === op)) return
  report.violation({
    ...about(told),
    op,
    others: [here],
    positions: [position],
    message: `${nameOf(told)} names ${inWords(position)}, ${found.length > 0 ? 'where it is not stored' : `where ${here} is stored`} (inconsistent position)`,
    expected: found.length > 0 ? found.map(inWords).join(' or ') : `a position of ${op} alone`,
    actual: here === null || here === op ? inWords(position) : `${inWords(position)}, where ${here} is stored`,
  })
}

/** A message lies at one place, unless its publish was tried again or a fault was near. */
function judgeCopies(ledger: Ledger, report: Report, op: string): void {
  const operation = ledger.operations.get(op)
  const known = ledger.positions.of(op)
  if (operation === undefined || known.length < 2 || isTriedAgain(ledger, operation)) return
  const { node, settled, began, topic } = operation
  // What lies in another topic is not a copy but a stray: delivery/4 speaks of it.
  const copies = known.filter((one) => one.topic === topic)
  const told = ledger.positions.witnessed(op).length > 0 ? 'is stored' : 'is reported'
  if (copies.length < 2) return
  report.violation({
    message: `${op} ${told} at ${copies.length} positions, but its publish made one attempt and no fault was near (duplicate)`,
    expected: 'one position, unless the publish was retried',
    actual: copies.map(inWords).join(', '),
    op,
    positions: copies,
    node,
    at: settled?.at ?? began.at,
  })
}

/** The witness may find two messages where only one can lie, such as after a log was cut and written anew. */
function judgeOccupants(ledger: Ledger, report: Report, op: string): void {
  for (const position of ledger.positions.witnessed(op)) {
    const here = ledger.positions.opAt(position)
    if (here === null || here === op) continue
    report.violation({
      message: `${op} is stored at ${inWords(position)}, where ${here} is stored too (inconsistent position)`,
      expected: 'one message at each position',
      actual: `${here}, and then ${op}`,
      op,
      others: [here],
      positions: [position],
      at: ledger.positions.storedAt(op)?.at ?? 0,
    })
  }
}

const nameOf = ({ op, event }: Told): string =>
  event.type !== 'deliver' ? `the receipt of ${op}` : `the delivery of ${op} to ${event.consumer}`

const about = ({ event }: Told) => ({
  node: event.node,
  at: event.at,
  ...(event.type === 'deliver' ? { consumer: event.consumer, group: event.group } : {}),
})
