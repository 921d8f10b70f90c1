import type { SeenRow } from '../../events/parts.ts'
import type { Breach } from '../check.ts'
import type { Ledger } from '../tracker/ledger.ts'
import type { WriteOperation } from '../tracker/operations.ts'
import { inWords } from '../tracker/positions.ts'

/** Where the event of a write was seen. */
export interface Seen {
  /** For texts. */
  readonly where: string
  /** The same for violations. */
  readonly fields: Pick<Breach, 'consumer' | 'positions'>
}

/** What a write has left behind. If that is unknown, it is neither there nor lacking. */
export interface Traces {
  row(write: WriteOperation): SeenRow | null
  lacksRow(write: WriteOperation): boolean
  /** Where its event was seen; null where it was not. */
  event(write: WriteOperation): Seen | null
  lacksEvent(write: WriteOperation): boolean
  /** In words, where its event was stored only after its caller was told of it; null where it was not. */
  comesLate(write: WriteOperation): string | null
  /** Whether something explains that its event was stored again. */
  mayRepeat(write: WriteOperation): boolean
}

/** `rows` are those that the witness found at the end; null where it cannot read them. */
export function createTraces(ledger: Ledger, rows: readonly SeenRow[] | null, complete: boolean): Traces {
  const { positions, deliveries, faults, nodes, stalls, run } = ledger
  const found = new Map((rows ?? []).map((row) => [row.id, row]))
  const deliveredTo = new Map(deliveries.all.map(({ op, consumer }) => [op, consumer]))

  const event = ({ op }: WriteOperation): Seen | null => {
    const [place] = positions.witnessed(op)
    if (place !== undefined) return { where: `stored at ${inWords(place)}`, fields: { positions: [place] } }
    const consumer = deliveredTo.get(op)
    return consumer === undefined ? null : { where: `delivered to ${consumer}`, fields: { consumer } }
  }

  return {
    row: ({ write }) => found.get(write.row.id) ?? null,
    lacksRow: ({ write }) => rows !== null && !found.has(write.row.id),
    event,
    lacksEvent: (write) => complete && run.witness !== 'none' && event(write) === null,
    comesLate({ op, settled }) {
      const stored = positions.storedAt(op)
      const isLate = run.witness === 'live' && stored !== null && settled !== null && stored.seq > settled.seq
      return isLate ? `stored only at ${stored.at} ms` : null
    },
    mayRepeat({ op, began }) {
      if (run.claims.delivery !== 'at-least-once') return false
      const last = (positions.lastStoredAt(op)?.at ?? began.at) + run.slack
      const left = [...nodes.all()].some(({ node }) => (nodes.goneAt(node)?.at ?? Number.POSITIVE_INFINITY) <= last)
      return left || faults.struck('publish', began.at - run.slack, last) || stalls.touch(began.at - run.slack, last)
    },
  }
}
