/** The certificate as one page: no script, nothing from the network, so that it opens from any artifact and can be sent to anybody. */
import { CLAUSES } from '../../../spec/index.ts'
import { type Certificate, type Failure, failureOf, type Verdict } from '../../certificate/certificate.ts'
import type { Compared } from '../../certificate/compare.ts'
import { occasionsText, UNCLAIMED } from '../../certificate/verdicts.ts'
import { waivedText } from '../../certificate/waivers.ts'
import { duration, grouped, plural } from '../../text.ts'
import { byArea, isJudged, titleOf, untoldIn } from '../clauses.ts'
import { colourOf, conclusion, LOOKS, lookOf } from '../console.ts'
import type { Colour } from '../paint.ts'
import { soakRows } from '../soak.ts'
import { sizeText } from '../story.ts'
import { curvesOf } from './curves.ts'
import { lanesOf } from './lanes.ts'
import { details, element, text } from './markup.ts'
import { STYLE } from './style.ts'

/** What pictures, stories and plans may take together, bytes; all else takes some ten thousand. */
const ROOM = 1_500_000
/** So many reasons for runs that were made again. */
const MOST_REASONS = 20

export function renderHtml(certificate: Certificate, compared: Compared | null = null): string {
  const body = element(
    'main',
    {},
    ...[
      head(certificate),
      ...soaked(certificate),
      ...failures(certificate),
      ...changes(compared),
      clauses(certificate),
    ],
    ...[faults(certificate), ...unjudged(certificate), provenance(certificate)],
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(conclusion(certificate))}</title>
<style>${STYLE}</style>
</head>
<body>
${body}
</body>
</html>
`
}

const paragraph = (said: string, look: string | null = null): string => element('p', { class: look }, text(said))
const section = (title: string, ...inner: readonly string[]): string =>
  element('section', {}, element('h2', {}, text(title)), ...inner)
const list = (items: readonly string[]): string =>
  element('ul', {}, ...items.map((item) => element('li', {}, text(item))))

/** The style's class for a colour of the terminal. */
const CLASS_OF: Readonly<Record<Colour, string>> = { green: 'good', red: 'bad', yellow: 'open', dim: 'soft', bold: '' }

function head(certificate: Certificate): string {
  const { adapter, runs, events, seed, tookMs, notes, error } = certificate
  return element(
    'header',
    {},
    element('h1', {}, text(`busproof: ${adapter}`)),
    paragraph(conclusion(certificate), `verdict ${CLASS_OF[colourOf(certificate)]}`),
    paragraph(
      `${seen(certificate)}: ${plural(runs, 'run')}, ${plural(events, 'event')} in ${duration(tookMs)}, seed ${seed}.`,
      'soft',
    ),
    ...(error === null ? [] : [paragraph(error, 'bad')]),
    ...(notes.length === 0 ? [] : [list(notes)]),
  )
}

function seen(certificate: Certificate): string {
  const look = lookOf(certificate)
  return `${look.charAt(0).toUpperCase()}${look.slice(1)}`
}

function soaked({ soak }: Certificate): string[] {
  if (soak === undefined) return []
  const rows = soakRows(soak).map(({ what, value, isKept }) =>
    row([
      element('th', { scope: 'row' }, text(what)),
      element('td', { class: isKept === undefined ? null : isKept ? 'good' : 'bad' }, text(value)),
    ]),
  )
  return [section('Soak', table('What was measured while it ran', ['what', 'value'], rows), curvesOf(soak.series))]
}

/** Returns a part, or where there is no room left for it who has it. */
type IfRoom = (part: string, what: string) => string

function createRoom(): IfRoom {
  let left = ROOM
  return (part, what) => {
    const length = Buffer.byteLength(part)
    if (length > left) return paragraph(`${what}: too long for this page; the JSON certificate has it.`, 'soft')
    left -= length
    return part
  }
}

function failures(certificate: Certificate): string[] {
  const ifRoom = createRoom()
  const told = certificate.failures.map((failure) => failureAs(certificate, failure, ifRoom))
  const rest = untoldIn(certificate).map(({ clause, violations }) =>
    paragraph(`${clause}: ${violations[0]?.message ?? 'violated'}`),
  )
  return told.length + rest.length === 0 ? [] : [section('Violations', ...told, ...rest)]
}

function failureAs(certificate: Certificate, failure: Failure, ifRoom: IfRoom): string {
  const { clause, id, also, confirmed, shrunk, told, story, folder, plan } = failure
  const verdict = certificate.verdicts.find((one) => one.clause === clause)
  const [first] = verdict?.violations ?? []
  const violation = told ?? first
  return element(
    'article',
    { id: `failure-${id}` },
    element('h3', {}, text(`${clause} ${titleOf(clause)}`)),
    ...(violation === undefined
      ? []
      : [
          paragraph(violation.message, 'bad'),
          paragraph(`Expected: ${violation.expected}. Found: ${violation.actual}.`),
        ]),
    ...(verdict?.verdict === 'waived' ? [paragraph(waivedText(verdict), 'open')] : []),
    ifRoom(lanesOf(told?.steps ?? [], failure), 'The steps'),
    paragraph(
      `Reproduced ${confirmed.failed} of ${confirmed.of}; ${sizeText(shrunk.from)} shrunk to ${sizeText(shrunk.to)}.`,
      'soft',
    ),
    ...(also.length === 0 ? [] : [list(also.map((one) => `Also violated by this run: ${one.clause}: ${one.message}`))]),
    ...(folder === null ? [] : [copyable(`busproof replay ${id}`), copyable(`busproof pin ${id}`)]),
    ifRoom(details('The story as text', preformatted(story.join('\n'))), 'The story'),
    ifRoom(details('The plan', preformatted(JSON.stringify(plan, null, 1))), 'The plan'),
  )
}

const preformatted = (given: string): string => element('pre', { tabindex: 0 }, text(given))

const copyable = (command: string): string => element('p', {}, element('code', { class: 'copy' }, text(command)))

function changes(compared: Compared | null): string[] {
  if (compared === null) return []
  const rows = compared.changes.map(({ what, before, after }) =>
    row([text(what), text(before), text(after)].map((cell) => element('td', {}, cell))),
  )
  const title = `Since ${compared.with}`
  return [
    rows.length === 0
      ? section(title, paragraph('Nothing has changed.'))
      : section(title, table('What has changed', ['what', 'before', 'now'], rows)),
  ]
}

const row = (cells: readonly string[]): string => element('tr', {}, ...cells)

const table = (caption: string, heads: readonly string[], rows: readonly string[]): string =>
  element(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
    element(
      'table',
      {},
      element('caption', {}, text(caption)),
      element('thead', {}, row(heads.map((one) => element('th', { scope: 'col' }, text(one))))),
      element('tbody', {}, ...rows),
    ),
  )

function clauses(certificate: Certificate): string {
  const areas = [...byArea(certificate)].map(([area, verdicts]) =>
    table(
      area,
      ['verdict', 'clause', 'what it asks', 'occasions'],
      verdicts.map((verdict) => clauseRow(certificate, verdict)),
    ),
  )
  return section('Clauses', ...areas)
}

function clauseRow(certificate: Certificate, verdict: Verdict): string {
  const { clause, selfReported, unseen = [] } = verdict
  const { sign, colour } = LOOKS[verdict.verdict]
  const spec = CLAUSES.find(({ id }) => id === clause)
  const failure = failureOf(certificate, clause)
  const link =
    failure === undefined || verdict.verdict === 'pass'
      ? text(clause)
      : element('a', { href: `#failure-${failure.id}` }, text(clause))
  const remarks = [
    ...(selfReported && isJudged(verdict) ? ['by the adapter’s own word only'] : []),
    ...(verdict.verdict === 'inconclusive' ? [`too few occasions: ${occasionsText(verdict)}`] : []),
    ...(unseen.length === 0 ? [] : [`never arose: ${unseen.join('; ')}`]),
    ...(verdict.verdict === 'waived' ? [waivedText(verdict)] : []),
    ...(verdict.verdict === 'unsupported' ? [verdict.reason ?? UNCLAIMED] : []),
  ]
  return row([
    element('td', { class: CLASS_OF[colour] }, text(`${sign} ${verdict.verdict}`)),
    element('th', { scope: 'row' }, link),
    element(
      'td',
      {},
      details(titleOf(clause), text(spec?.text ?? '')),
      ...remarks.map((one) => element('div', { class: 'soft' }, text(one))),
    ),
    element(
      'td',
      { class: 'number' },
      text(isJudged(verdict) ? `${grouped(verdict.occasions)} of ${grouped(verdict.wanted)}` : ''),
    ),
  ])
}

function faults({ faults: { landed, missed }, links, witness, host, madeAgain }: Certificate): string {
  const kinds = Object.entries(landed).filter(([, count]) => count > 0)
  const rows = kinds.map(([kind, count]) =>
    row([element('th', { scope: 'row' }, text(kind)), element('td', { class: 'number' }, text(grouped(count)))]),
  )
  return section(
    'Faults',
    rows.length === 0
      ? paragraph('No fault landed.')
      : table('Faults that landed: something was lost, cut, delayed or refused', ['kind', 'times'], rows),
    paragraph(`${plural(missed, 'more fault')} touched nothing, and prove nothing.`, 'soft'),
    paragraph(`Carried out by: ${links}. Witness: ${witness}. Host of the adapter: ${host}.`),
    ...(madeAgain.length === 0
      ? []
      : [list(madeAgain.slice(0, MOST_REASONS).map((why) => `A run was made again: ${why}`))]),
  )
}

function unjudged({ verdicts }: Certificate): string[] {
  const left = verdicts.filter((verdict) => !isJudged(verdict))
  if (left.length === 0) return []
  const items = left.map(
    ({ clause, verdict, reason = UNCLAIMED }) =>
      `${clause} ${titleOf(clause)}: ${verdict === 'not run' ? 'not selected' : reason}`,
  )
  return [section('Not judged', list(items))]
}

function provenance({ format, seed, system, environment }: Certificate): string {
  const { busproof, node, client, server, os } = environment
  const facts: readonly (readonly [string, string])[] = [
    ['busproof', busproof],
    ['system', `${system}, ${server}`],
    ...(client === null ? [] : ([['client', client]] as const)),
    ['Node', node],
    ['operating system', os],
    ['seed', String(seed)],
    ['format', format],
  ]
  const rows = facts.map(([name, value]) =>
    row([element('th', { scope: 'row' }, text(name)), element('td', {}, text(value))]),
  )
  return section('Provenance', table('What was certified, with what', ['what', 'version or value'], rows))
}
