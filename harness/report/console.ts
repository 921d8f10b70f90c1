/** The certificate for a person at a terminal. */
import type { Certificate, Verdict, VerdictName } from '../certificate/certificate.ts'
import type { Compared } from '../certificate/compare.ts'
import { UNCLAIMED, verdictNotes } from '../certificate/verdicts.ts'
import { clip, duration, grouped, plural, WIDTH, wrap } from '../text.ts'
import { byArea, clausesWith, isJudged, isViolated, titleOf, untoldIn } from './clauses.ts'
import { type Colour, type Paint, plain } from './paint.ts'
import { soakRows, soakSaid } from './soak.ts'

/** Ends with a line break; its last line says CERTIFIED, NOT CERTIFIED or QUICK, and why. */
export function renderConsole(
  certificate: Certificate,
  paint: Paint = plain,
  compared: Compared | null = null,
): string {
  const lines = [
    ...header(certificate, paint),
    '',
    ...table(certificate, paint),
    ...soaked(certificate, paint),
    ...stories(certificate, paint),
    ...notes(certificate, compared),
    '',
    conclusion(certificate, paint),
  ]
  return `${lines.join('\n')}\n`
}

function header(certificate: Certificate, paint: Paint): string[] {
  const { environment } = certificate
  const client = environment.client === null ? '' : `, client ${environment.client}`
  return [
    paint('bold', `${certificate.adapter}: ${lookOf(certificate)}`),
    `${plural(certificate.runs, 'run')}, ${plural(certificate.events, 'event')} in ${duration(certificate.tookMs)}, seed ${certificate.seed}`,
    ...wrap(`faults landed: ${faults(certificate)}`, WIDTH),
    `links: ${certificate.links}; witness: ${witness(certificate)}; host: ${certificate.host}`,
    `server: ${environment.server}${client}; busproof ${environment.busproof}, Node ${environment.node}, ${environment.os}`,
  ].map((line, index) => (index === 0 ? line : paint('dim', line)))
}

/** What it was held to, and where. */
const heldTo = ({ level, profile, settings, site }: Certificate): string =>
  [
    `level ${level}`,
    ...(profile === undefined ? [] : [`profile ${profile}`]),
    ...(settings === undefined ? [] : [`settings for ${settings}`]),
    `${site} site`,
  ].join(', ')

/** How it was looked at. */
export const lookOf = (certificate: Certificate): string =>
  `${heldTo(certificate)}, ${certificate.soak === undefined ? `${certificate.effort} effort` : 'chaos'}`

function faults({ faults: { landed, missed } }: Certificate): string {
  const kinds = Object.entries(landed).filter(([, count]) => count > 0)
  const some = kinds.length === 0 ? 'none' : kinds.map(([kind, count]) => `${kind} ${grouped(count)}`).join(', ')
  return missed === 0 ? some : `${some}; ${grouped(missed)} hit nothing`
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
  const columns = certificate.verdicts.map(({ occasions, wanted }) => [grouped(occasions), grouped(wanted)] as const)
  const widths = [0, 1].map((column) => Math.max(...columns.map((texts) => texts[column]?.length ?? 0), 4))
  const [seen = 0, wanted = 0] = widths
  const head = `${''.padEnd(34)}${'seen'.padStart(seen)} / ${'want'.padEnd(wanted)}`
  const rows = [...byArea(certificate)].flatMap(([area, verdicts]) => {
    const asked = verdicts.filter(({ verdict }) => verdict !== 'not run')
    return asked.length === 0 ? [] : [paint('bold', area), ...asked.map((one) => row(one, { seen, wanted }, paint))]
  })
  return [paint('dim', head), ...rows]
}

function occasions(verdict: Verdict, widths: Widths): string {
  if (!isJudged(verdict)) return ''.padEnd(widths.seen + 3 + widths.wanted)
  return `${grouped(verdict.occasions).padStart(widths.seen)} / ${grouped(verdict.wanted).padEnd(widths.wanted)}`
}

interface Widths {
  readonly seen: number
  readonly wanted: number
}

function row(verdict: Verdict, widths: Widths, paint: Paint): string {
  const { sign, colour } = LOOKS[verdict.verdict]
  const title = `${titleOf(verdict.clause)}${verdict.selfReported ? ' (self-reported)' : ''}`
  const name = paint(colour, `${sign} ${verdict.verdict.padEnd(13)}`)
  const line = `${verdict.clause.padEnd(15)} ${occasions(verdict, widths)}  ${title}`
  return `  ${name} ${clip(line, WIDTH - 18)}`
}

function soaked({ soak }: Certificate, paint: Paint): string[] {
  if (soak === undefined) return []
  const rows = soakRows(soak)
  const width = Math.max(...rows.map(({ what }) => what.length)) + 2
  return [
    paint('bold', 'soak'),
    ...rows.flatMap(({ what, value, isKept }) =>
      wrap(value, WIDTH - width - 2).map((line, index) => {
        const text = `  ${(index === 0 ? what : '').padEnd(width)}${line}`
        return isKept === false ? paint('red', text) : text
      }),
    ),
  ]
}

function stories(certificate: Certificate, paint: Paint): string[] {
  return [
    ...certificate.failures.flatMap((failure) => [
      ...['', rule(failure.clause, paint), ...failure.story],
      ...failure.also.flatMap(({ clause, story }) =>
        story === undefined ? [] : ['', rule(`${clause}, in the same run`, paint), ...story],
      ),
    ]),
    ...untoldIn(certificate).flatMap((verdict) => {
      const first = verdict.violations[0]
      return first === undefined ? [] : ['', ...wrap(`${verdict.clause}: ${first.message}`, WIDTH)]
    }),
  ]
}

const rule = (what: string, paint: Paint): string => paint('red', `── ${what} ${'─'.repeat(WIDTH - what.length - 4)}`)

/** Those that the verdicts make repeat the table, which has room for it. */
function notes(certificate: Certificate, compared: Compared | null): string[] {
  const repeated = verdictNotes(certificate.verdicts)
  const others = [...certificate.notes.filter((note) => !repeated.includes(note)), ...changesIn(compared)]
  return others.length === 0 ? [] : ['', ...others.flatMap((note) => hanging(note))]
}

function changesIn(compared: Compared | null): string[] {
  if (compared === null) return []
  const { with: file, changes } = compared
  if (changes.length === 0) return [`Nothing has changed since ${file}.`]
  return changes.map(({ what, before, after }) => `Since ${file}: ${what} was ${before}, is ${after}.`)
}

const hanging = (note: string): string[] =>
  wrap(note, WIDTH - 2).map((line, index) => `${index === 0 ? '• ' : '  '}${line}`)

/** `CERTIFIED …` or `NOT CERTIFIED …`, without colour where none is wanted. */
export function conclusion(certificate: Certificate, paint: Paint = plain): string {
  return paint(colourOf(certificate), said(certificate))
}

function said(certificate: Certificate): string {
  const { adapter, soak } = certificate
  if (soak !== undefined) return soakSaid(certificate, soak)
  if (isQuick(certificate)) return `QUICK ${adapter}: ${looked(certificate)}`
  if (certificate.certified)
    return `CERTIFIED ${adapter}: ${heldTo(certificate)}${uncovered(certificate)}${waived(certificate)}`
  return `NOT CERTIFIED ${adapter}: ${reasons(certificate).join('; ')}`
}

/** Of the conclusion. */
export function colourOf(certificate: Certificate): Colour {
  if (isQuick(certificate)) return 'yellow'
  return certificate.certified ? 'green' : 'red'
}

/** Clauses that the adapter claims and its system cannot show. */
function uncovered({ verdicts }: Certificate): string {
  const { length } = verdicts.filter(({ reason }) => reason !== undefined && reason !== UNCLAIMED)
  return length === 0 ? '' : `, without ${plural(length, 'clause')} that the system cannot show`
}

/** Violations that a team accepts for a while. */
function waived(certificate: Certificate): string {
  const clauses = clausesWith(certificate, 'waived')
  return clauses.length === 0 ? '' : `, ${list(clauses)} waived`
}

/** A quick run that found nothing says so; it reports violations like any other. */
const isQuick = ({ effort, error, verdicts, staleWaivers }: Certificate): boolean =>
  effort === 'quick' &&
  error === null &&
  staleWaivers === undefined &&
  !verdicts.some(({ verdict }) => verdict === 'fail' || verdict === 'error')

function looked(certificate: Certificate): string {
  const short = clausesWith(certificate, 'inconclusive').length
  return [
    `no ${certificate.verdicts.some(isViolated) ? 'other ' : ''}violation in ${plural(certificate.runs, 'run')}${waived(certificate)}`,
    ...(short === 0 ? [] : [`${plural(short, 'clause')} short of occasions`]),
    'certify with --effort default',
  ].join('; ')
}

/** Once something is violated, what else was not judged is for another day. */
function reasons(certificate: Certificate): string[] {
  const violated = clausesWith(certificate, 'fail')
  if (violated.length > 0) return [`violated ${list(violated)}`]
  if (certificate.error !== null) return [`the harness or the site failed: ${certificate.error}`]
  const found = SPOILING.flatMap((name) => {
    const clauses = clausesWith(certificate, name)
    return clauses.length === 0 ? [] : [`${name}: ${list(clauses)}`]
  })
  found.push(...(certificate.staleWaivers ?? []).map((stale) => stale.replace(/\.$/, '')))
  const left = clausesWith(certificate, 'not run')
  if (left.length > 0) found.push(`${plural(left.length, 'clause')} not selected`)
  return found.length > 0 ? found : [certificate.notes[0] ?? 'no clause was judged']
}

const SPOILING: readonly VerdictName[] = ['error', 'inconclusive']

const list = (clauses: readonly string[]): string =>
  clauses.length <= 6 ? clauses.join(', ') : `${clauses.slice(0, 5).join(', ')} and ${clauses.length - 5} more`
