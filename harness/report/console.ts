/** The certificate for a person at a terminal. */
import type { Certificate, Failure, Verdict, VerdictName } from '../certificate/certificate.ts'
import { byArea, titleOf } from './clauses.ts'
import { type Colour, type Paint, plain } from './paint.ts'
import { clip, duration, grouped, plural, WIDTH, wrap } from './text.ts'

/** Ends with a line break; its last line says CERTIFIED or NOT CERTIFIED, and why. */
export function renderConsole(certificate: Certificate, paint: Paint = plain): string {
  const lines = [
    ...header(certificate, paint),
    '',
    ...table(certificate, paint),
    ...stories(certificate, paint),
    ...notes(certificate),
    '',
    conclusion(certificate, paint),
  ]
  return `${lines.join('\n')}\n`
}

function header(certificate: Certificate, paint: Paint): string[] {
  const { environment } = certificate
  const client = environment.client === null ? '' : `, client ${environment.client}`
  return [
    paint('bold', `${certificate.adapter}: level ${certificate.level}, ${certificate.site} site`),
    `${plural(certificate.runs, 'run')}, ${plural(certificate.events, 'event')} in ${duration(certificate.tookMs)}, seed ${certificate.seed}`,
    ...wrap(`faults landed: ${faults(certificate)}`, WIDTH),
    `links: ${certificate.links}; witness: ${witness(certificate)}; host: ${certificate.host}`,
    `server: ${environment.server}${client}; busproof ${environment.busproof}, Node ${environment.node}, ${environment.os}`,
  ].map((line, index) => (index === 0 ? line : paint('dim', line)))
}

function faults({ faults: { landed, missed } }: Certificate): string {
  const kinds = Object.entries(landed).filter(([, count]) => count > 0)
  const some = kinds.length === 0 ? 'none' : kinds.map(([kind, count]) => `${kind} ${grouped(count)}`).join(', ')
  return missed === 0 ? some : `${some}; ${grouped(missed)} touched nothing`
}

const witness = ({ witness: kind }: Certificate): string =>
  ({ none: 'none (unwitnessed)', live: 'live', after: 'after the run' })[kind]

export const LOOKS: Readonly<Record<VerdictName, { readonly sign: string; readonly colour: Colour }>> = {
  pass: { sign: '✓', colour: 'green' },
  fail: { sign: '✖', colour: 'red' },
  inconclusive: { sign: '?', colour: 'yellow' },
  unsupported: { sign: '–', colour: 'dim' },
  waived: { sign: '–', colour: 'yellow' },
  'not run': { sign: '·', colour: 'dim' },
  error: { sign: '!', colour: 'red' },
}

function table(certificate: Certificate, paint: Paint): string[] {
  const counts = certificate.verdicts.map(occasions)
  const width = Math.max(...counts.map((text) => text.length), 'occasions'.length)
  const head = `${''.padEnd(34)}${'occasions'.padStart(width)}`
  const rows = [...byArea(certificate)].flatMap(([area, verdicts]) => [
    paint('bold', area),
    ...verdicts.map((verdict) => row(verdict, width, paint)),
  ])
  return [paint('dim', head), ...rows]
}

const occasions = ({ verdict, occasions: seen, wanted }: Verdict): string =>
  verdict === 'unsupported' || verdict === 'not run' ? '' : `${grouped(seen)}/${grouped(wanted)}`

function row(verdict: Verdict, width: number, paint: Paint): string {
  const { sign, colour } = LOOKS[verdict.verdict]
  const title = `${titleOf(verdict.clause)}${verdict.selfReported ? ' (self-reported)' : ''}`
  const name = paint(colour, `${sign} ${verdict.verdict.padEnd(13)}`)
  const line = `${verdict.clause.padEnd(15)} ${occasions(verdict).padStart(width)}  ${title}`
  return `  ${name} ${clip(line, WIDTH - 18)}`
}

function stories(certificate: Certificate, paint: Paint): string[] {
  const told = new Set(certificate.failures.map(({ clause }) => clause))
  const untold = certificate.verdicts.filter(({ verdict, clause }) => verdict === 'fail' && !told.has(clause))
  return [
    ...certificate.failures.flatMap((failure) => ['', rule(failure, paint), ...failure.story]),
    ...untold.flatMap((verdict) => {
      const first = verdict.violations[0]
      return first === undefined ? [] : ['', ...wrap(`${verdict.clause}: ${first.message}`, WIDTH)]
    }),
  ]
}

const rule = (failure: Failure, paint: Paint): string =>
  paint('red', `── ${failure.clause} ${'─'.repeat(WIDTH - failure.clause.length - 4)}`)

const notes = (certificate: Certificate): string[] =>
  certificate.notes.length === 0 ? [] : ['', ...certificate.notes.flatMap((note) => hanging(note))]

const hanging = (note: string): string[] =>
  wrap(note, WIDTH - 2).map((line, index) => `${index === 0 ? '• ' : '  '}${line}`)

/** `CERTIFIED …` or `NOT CERTIFIED …`, without colour where none is wanted. */
export function conclusion(certificate: Certificate, paint: Paint = plain): string {
  const { adapter, level, site } = certificate
  if (certificate.certified) return paint('green', `CERTIFIED ${adapter}: level ${level}, ${site} site`)
  return paint('red', `NOT CERTIFIED ${adapter}: ${reasons(certificate).join('; ')}`)
}

function reasons(certificate: Certificate): string[] {
  if (certificate.error !== null) return [`the harness or the site failed: ${certificate.error}`]
  const spoiling: readonly VerdictName[] = ['fail', 'error', 'inconclusive', 'not run']
  const found = spoiling.flatMap((name) => {
    const clauses = certificate.verdicts.filter(({ verdict }) => verdict === name).map(({ clause }) => clause)
    return clauses.length === 0 ? [] : [`${SPOILED[name] ?? name} ${list(clauses)}`]
  })
  return found.length > 0 ? found : [certificate.notes[0] ?? 'no clause was judged']
}

const SPOILED: Readonly<Partial<Record<VerdictName, string>>> = {
  fail: 'violated',
  error: 'in error',
  'not run': 'not run:',
}

const list = (clauses: readonly string[]): string =>
  clauses.length <= 6 ? clauses.join(', ') : `${clauses.slice(0, 5).join(', ')} and ${clauses.length - 5} more`
