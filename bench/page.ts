/** bench/results.md: a line of the table and a section for each row. Those that were not measured now stay as they were. */
import type { Found, Row } from './row.ts'

export interface Measured {
  readonly row: Row
  readonly found: Found
  /** Machine, versions and day. */
  readonly where: string
}

const HEAD = `# Results of the bench

\`npm run bench\` measures every row of the table "Speed to reach" and writes this page; \`npm run bench -- ROW...\` measures only the
given rows and keeps the others. Each row runs in its own process with garbage collection exposed; figures are medians of
several repetitions. Whole commands, and rows that wait for Kafka, use wall-clock time. Virtual time, checks and recording use the
processor time of the process, including garbage collection, so that a busy machine changes the figures little. All figures depend
on the machine, and no test depends on them.

| row | what | goal | measured | |
|---|---|---|---|---|
`

/** What the page says of each row so far, by its name. */
export function partsOf(page: string): Map<string, Part> {
  const parts = new Map<string, Part>()
  for (const line of page.split('\n')) {
    const name = /^\| ([a-z-]+) \| .* \|$/.exec(line)?.[1]
    if (name !== undefined && name !== 'row') parts.set(name, { line, section: '' })
  }
  for (const section of page.split(/^## /m).slice(1)) {
    const name = section.slice(0, section.indexOf('\n'))
    const part = parts.get(name)
    if (part !== undefined) parts.set(name, { ...part, section: `## ${section.trim()}\n` })
  }
  return parts
}

export interface Part {
  readonly line: string
  readonly section: string
}

export const partOf = ({ row, found, where }: Measured): Part => ({
  line: `| ${row.name} | ${row.what} | ${row.goal} | ${found.measured === '' ? 'not run' : found.measured} | ${found.meets} |`,
  section: `## ${row.name}\n\n\`npm run bench -- ${row.name}\`, ${where}.\n\n${(found.notes ?? []).map((note) => `- ${note}\n`).join('')}`,
})

export const renderPage = (rows: readonly Row[], parts: ReadonlyMap<string, Part>): string => {
  const known = rows.flatMap(({ name }) => parts.get(name) ?? [])
  return `${HEAD}${known.map(({ line }) => line).join('\n')}\n\n${known.map(({ section }) => section.trim()).join('\n\n')}\n`
}
