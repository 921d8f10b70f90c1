/** A small table of the application next to the log, and the outbox with the events of its rows. */
import type { Row } from '../../harness/adapter.ts'
import type { OutboxEntry, RowEvent } from './protocol.ts'

export interface Table {
  /** False where the row is there already; nothing changes then. An event of null does not go into the outbox. */
  store(row: Row, event: RowEvent | null): boolean
  rows(): readonly Row[]
  /** The oldest events of the outbox, in the order in which their rows were stored. */
  waiting(most: number): readonly OutboxEntry[]
  /** Takes the event of this row out of the outbox. */
  relayed(row: string): void
  /** Drops the rows; events that wait stay. */
  forgetRows(): void
}

export function createTable(): Table {
  const rows = new Map<string, Row>()
  const outbox = new Map<string, OutboxEntry>()
  return {
    store(row, event) {
      if (rows.has(row.id)) return false
      rows.set(row.id, row)
      if (event !== null) outbox.set(row.id, { row: row.id, event })
      return true
    },
    rows: () => [...rows.values()],
    waiting: (most) => [...outbox.values()].slice(0, most),
    relayed: (row) => void outbox.delete(row),
    forgetRows: () => rows.clear(),
  }
}
