import type { Command } from 'commander'
import type { Clause } from '../../spec/clause.ts'
import { CLAUSES } from '../../spec/index.ts'
import { clausesNamed } from '../certificate/selection.ts'
import { type Paint, paintFor } from '../report/paint.ts'
import { clip, labelled, WIDTH, wrap } from '../report/text.ts'
import { EXIT } from './exit-code.ts'
import type { Io } from './io.ts'

export function addSpecCommand(program: Command, io: Io, end: (code: number) => void): void {
  program
    .command('spec')
    .description('the clauses that a bus is judged by')
    .argument('[clause]', 'show this clause in full, such as delivery/1')
    .option('--area <area>', 'only this area')
    .action((name: string | undefined, flags: { readonly area?: string }) => {
      const paint = paintFor(io.stdout, io.env)
      const chosen = name ?? flags.area
      const clauses = chosen === undefined ? CLAUSES : clausesNamed(chosen)
      const [first] = clauses
      const whole = first !== undefined && first.id === chosen
      io.stdout.write(`${(whole ? fullClause(first, paint) : clauseTable(clauses, paint)).join('\n')}\n`)
      end(EXIT.certified)
    })
}

const HEAD = {
  id: 'clause',
  level: 'level',
  claim: 'judged where claimed',
  wants: 'wants',
  evidence: 'evidence',
  title: 'title',
}

function clauseTable(clauses: readonly Clause[], paint: Paint): string[] {
  const rows = clauses.map((clause) => ({ ...clause, wants: String(clause.wants) }))
  const width = (column: keyof typeof HEAD): number =>
    Math.max(HEAD[column].length, ...rows.map((row) => row[column].length))
  const widths = {
    id: width('id'),
    level: width('level'),
    claim: width('claim'),
    wants: width('wants'),
    evidence: width('evidence'),
  }
  const line = (row: typeof HEAD): string =>
    [
      row.id.padEnd(widths.id),
      row.level.padEnd(widths.level),
      row.claim.padEnd(widths.claim),
      row.wants.padStart(widths.wants),
      row.evidence.padEnd(widths.evidence),
      row.title,
    ].join('  ')
  return [paint('bold', line(HEAD)), ...rows.map((row) => clip(line(row), WIDTH + 20))]
}

function fullClause(clause: Clause, paint: Paint): string[] {
  return [
    paint('bold', `${clause.id} ${clause.level} · ${clause.title}`),
    ...wrap(clause.text, WIDTH),
    '',
    ...labelled('judged', clause.claim === 'always' ? 'for every bus' : `where the adapter claims ${clause.claim}`, 2),
    ...labelled('occasion', `${clause.occasion} (a certificate wants ${clause.wants})`, 4),
    ...labelled('evidence', EVIDENCE[clause.evidence], 2),
  ]
}

const EVIDENCE: Readonly<Record<Clause['evidence'], string>> = {
  outside: 'seen from outside: by the handler, the caller, the link or the witness',
  'self-reported': 'self-reported: only the word of the adapter stands behind it',
  counted: 'requests, counted as they reach the system; self-reported where these cannot be counted',
}
