import type { Command } from 'commander'
import type { Clause } from '../../spec/clause.ts'
import { CLAUSES } from '../../spec/index.ts'
import { clausesNamed } from '../certificate/selection.ts'
import { checkFile } from '../check/index.ts'
import { type Mutant, readMutants } from '../mutants.ts'
import { type Paint, paintFor } from '../report/paint.ts'
import { clip, labelled, WIDTH, wrap } from '../text.ts'
import { EXIT } from './exit-code.ts'
import type { Io } from './io.ts'

export function addSpecCommand(program: Command, io: Io, end: (code: number) => void): void {
  program
    .command('spec')
    .description('list the clauses that busproof judges')
    .argument('[clause]', 'show this clause in full, such as delivery/1')
    .option('--area <area>', 'only this area')
    .action((name: string | undefined, flags: { readonly area?: string }) => {
      const paint = paintFor(io.stdout, io.env)
      const chosen = name ?? flags.area
      const clauses = chosen === undefined ? CLAUSES : clausesNamed(chosen)
      const [first] = clauses
      const whole = first !== undefined && first.id === chosen
      const mutants = readMutants()
      const lines = whole ? fullClause(first, mutants, paint) : clauseTable(clauses, mutants, paint)
      io.stdout.write(`${lines.join('\n')}\n`)
      end(EXIT.certified)
    })
}

const HEAD = {
  id: 'clause',
  level: 'level',
  claim: 'judged if claimed',
  check: 'check',
  wants: 'wants',
  evidence: 'evidence',
  title: 'title',
}

function clauseTable(clauses: readonly Clause[], mutants: readonly Mutant[], paint: Paint): string[] {
  const rows = clauses.map((clause) => ({ ...clause, check: checkName(clause), wants: String(clause.wants) }))
  const width = (column: keyof typeof HEAD): number =>
    Math.max(HEAD[column].length, ...rows.map((row) => row[column].length))
  const widths = {
    id: width('id'),
    level: width('level'),
    claim: width('claim'),
    check: width('check'),
    wants: width('wants'),
    evidence: width('evidence'),
  }
  const line = (row: typeof HEAD): string =>
    [
      row.id.padEnd(widths.id),
      row.level.padEnd(widths.level),
      row.claim.padEnd(widths.claim),
      row.check.padEnd(widths.check),
      row.wants.padStart(widths.wants),
      row.evidence.padEnd(widths.evidence),
      row.title,
    ].join('  ')
  const proofs = ({ id }: { readonly id: string }): string[] =>
    wrap(`mutants: ${mutantsOf(mutants, id).map(nameOf).join(', ') || 'none'}`, COLUMNS - widths.id - 2).map((text) =>
      paint('dim', `${''.padEnd(widths.id)}  ${text}`),
    )
  return [paint('bold', line(HEAD)), ...rows.flatMap((row) => [clip(line(row), COLUMNS), ...proofs(row)])]
}

/** Wide enough for a title beside what is said of a clause in a word. */
const COLUMNS = WIDTH + 40

const checkName = ({ id }: Clause): string => checkFile(id)?.replaceAll(/^.*\/|\.ts$/g, '') ?? 'none'

/** Those that this clause must catch, alone or beside others. */
const mutantsOf = (mutants: readonly Mutant[], clause: string): readonly Mutant[] =>
  mutants.filter(({ must }) => must.includes(clause))
const nameOf = ({ name }: Mutant): string => name

function fullClause(clause: Clause, mutants: readonly Mutant[], paint: Paint): string[] {
  return [
    paint('bold', `${clause.id} ${clause.level} · ${clause.title}`),
    ...wrap(clause.text, WIDTH),
    '',
    ...labelled('judged', clause.claim === 'always' ? 'for every bus' : `if the adapter claims ${clause.claim}`, 2),
    ...labelled('system', systemFor(clause), 2),
    ...labelled('occasion', `${clause.occasion} (a certificate requires ${clause.wants})`, 4),
    ...labelled('kinds', kindsOf(clause), 7),
    ...labelled('evidence', EVIDENCE[clause.evidence], 2),
    ...labelled('check', checkFile(clause.id) ?? 'none', 1),
    ...mutantsOf(mutants, clause.id).flatMap(({ name, text }, index) =>
      labelled(index === 0 ? 'mutants' : '', `${name}: ${text}`, 4),
    ),
  ]
}

const kindsOf = ({ kinds = {} }: Clause): string =>
  Object.entries(kinds)
    .map(([kind, of]) => `${kind} (${wantedText(of)})`)
    .join('; ')

function wantedText(of: NonNullable<Clause['kinds']>[string]): string {
  if (of === 'noted') return 'noted if it never arises'
  return String(typeof of === 'number' ? of : of.wants)
}

const systemFor = ({ needs = [] }: Clause): string =>
  needs.length === 0 ? 'any' : `one with ${needs.join(' and ')}; otherwise the clause is unsupported`

const EVIDENCE: Readonly<Record<Clause['evidence'], string>> = {
  outside: 'observed from outside: by the handler, the caller, the link or the witness',
  'self-reported': "self-reported: depends on the adapter's word alone",
  counted: 'requests, counted as they reach the system; self-reported if these cannot be counted',
}
