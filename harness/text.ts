/** Small helpers for plain text of limited width. */

export const WIDTH = 100

/** Names of a run without its prefix, which says nothing to a reader. */
export const withoutPrefix = (text: string, prefix: string): string =>
  prefix === '' ? text : text.replaceAll(prefix, '')

export const plural = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`

/** 12345 becomes `12,345`. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',')

/** Milliseconds as `640 ms`, `12.3 s` or `4 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  const seconds = Math.round(ms / 1_000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** A time inside a run: whole milliseconds as they are, others with two places. */
export const time = (at: number): string => (Number.isInteger(at) ? String(at) : at.toFixed(2))

/** Cut to `width` columns, with an ellipsis where something is missing. */
export const clip = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1)).trimEnd()}…`

/** Words set into lines of at most `width` columns; what does not fit into `most` lines is cut with an ellipsis. */
export function wrap(text: string, width: number, most = Number.POSITIVE_INFINITY): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  if (line !== '') lines.push(line)
  if (lines.length <= most) return lines.map((one) => clip(one, width))
  const rest = lines.slice(most - 1).join(' ')
  return [...lines.slice(0, most - 1), rest].map((one) => clip(one, width))
}

/** `label` in a column, the text next to it and below. */
export function labelled(label: string, text: string, most: number): string[] {
  const indent = 12
  return wrap(text, WIDTH - indent, most).map((line, index) => `${(index === 0 ? label : '').padEnd(indent)}${line}`)
}

/** Lines with cells in columns, each as wide as its widest cell. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
