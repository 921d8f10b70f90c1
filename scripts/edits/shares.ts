/** How many edits were caught, by operator and by folder, as tables in Markdown. */
import type { Reason, Tried } from './record.ts'

interface Row {
  tried: number
  caught: number
  invalid: number
  survived: number
  equivalent: number
  outside: number
  unreached: number
  gap: number
}

const COLUMNS = ['tried', 'caught', 'invalid', 'survived', 'equivalent', 'outside', 'unreached', 'gap'] as const

/** `survived` counts all survivors, also those that the columns behind it explain. */
export function sharesBy(
  nameOf: (tried: Tried) => string,
  tried: readonly Tried[],
  reasons: ReadonlyMap<string, Reason>,
): string {
  const rows = new Map<string, Row>()
  for (const one of tried) {
    for (const name of [nameOf(one), 'all']) {
      const row = rows.get(name) ?? emptyRow()
      rows.set(name, row)
      row.tried += 1
      row[one.verdict] += 1
      const reason = one.verdict === 'survived' ? reasons.get(one.id) : undefined
      if (reason !== undefined) row[reason.is] += 1
    }
  }
  const sorted = [...rows].sort(
    ([one], [other]) => Number(one === 'all') - Number(other === 'all') || (one < other ? -1 : 1),
  )
  const lines = sorted.map(([name, row]) => [name, ...COLUMNS.map((column) => row[column]), share(row)])
  const head = ['', ...COLUMNS, 'caught of those that differ']
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

const emptyRow = (): Row => Object.fromEntries(COLUMNS.map((column) => [column, 0])) as unknown as Row

/** Of what could be told from the unedited bus and runs at all. */
function share({ tried, caught, invalid, equivalent, unreached }: Row): string {
  const differ = tried - invalid - equivalent - unreached
  return differ === 0 ? '–' : `${Math.round((100 * caught) / differ)} %`
}
