import type { Json } from '../../adapter.ts'
import type { SeenRow } from '../../events/parts.ts'
import type { WriteOperation } from '../tracker/operations.ts'
import type { Tell } from './tell.ts'

/** Each value of a row is stored unchanged: a boolean is not an integer, and a text of digits is not a number. */
export function judgeValues({ op, write }: WriteOperation, row: SeenRow, tell: Tell): void {
  for (const [name, value] of Object.entries<Json>({ ...write.row.values })) {
    const stored = row.values[name]
    if (stored === value) continue
    const message = `the ${name} of ${row.id}, stored with ${op}, is not what was written`
    tell(message, inWords(value), stored === undefined ? 'nothing' : inWords(stored))
  }
}

const inWords = (value: Json): string =>
  value === null ? 'null' : `${typeof value === 'object' ? 'object' : typeof value} ${JSON.stringify(value)}`
