/** What became of the edits that were tried, one line each, and why those that survived may. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Edit } from './edit.ts'
import type { Judged } from './judge.ts'

const RECORD = fileURLToPath(new URL('./record.jsonl', import.meta.url))
const SURVIVORS = fileURLToPath(new URL('./survivors.json', import.meta.url))

export interface Trial {
  readonly bus: string
  readonly effort: 'quick' | 'default'
  readonly runs: number
}

export interface Tried extends Omit<Edit, 'changes'>, Pick<Judged, 'verdict' | 'by'> {
  readonly trials: readonly Trial[]
}

/**
 * `equivalent`: nobody can tell it from the unedited bus. `outside`: it differs in what no clause speaks of, and none should.
 * `unreached`: no certificate runs the code. `gap`: a defect that a clause or a plan should find.
 */
export const WHYS = ['equivalent', 'outside', 'unreached', 'gap'] as const

export interface Reason {
  readonly is: (typeof WHYS)[number]
  readonly why: string
}

/** By id. */
export function readRecord(): Map<string, Tried> {
  const lines = existsSync(RECORD) ? readFileSync(RECORD, 'utf8').split('\n').filter(Boolean) : []
  return new Map(lines.map((line) => JSON.parse(line) as Tried).map((tried) => [tried.id, tried]))
}

/** Sorted by place, so that two people's additions seldom meet. Edits that the sources no longer have are left out. */
export function writeRecord(record: ReadonlyMap<string, Tried>, edits: readonly Edit[]): void {
  const lines = edits.flatMap(({ changes: _, ...edit }) => {
    const tried = record.get(edit.id)
    return tried === undefined ? [] : [`${JSON.stringify({ ...tried, ...edit })}\n`]
  })
  writeFileSync(RECORD, lines.join(''))
}

export const readReasons = (): ReadonlyMap<string, Reason> =>
  new Map(Object.entries(JSON.parse(readFileSync(SURVIVORS, 'utf8')) as Record<string, Reason>))
