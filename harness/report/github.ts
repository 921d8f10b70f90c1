/** The certificate where a workflow of GitHub Actions shows it: annotations, and the summary of the step in Markdown. */
import { type Certificate, failureOf, storyIn, type Verdict, type VerdictName } from '../certificate/certificate.ts'
import { occasionsText } from '../certificate/verdicts.ts'
import { waivedText } from '../certificate/waivers.ts'
import { grouped, plural } from '../text.ts'
import { byArea, clausesWith, isJudged, titleOf } from './clauses.ts'
import { conclusion, LOOKS } from './console.ts'

/** One workflow command a line; each ends with a line break. */
export function renderAnnotations(certificate: Certificate): string {
  const { verdicts, error, effort, staleWaivers = [] } = certificate
  const lines = verdicts.flatMap((verdict): string[] => {
    const title = `${verdict.clause} ${titleOf(verdict.clause)}`
    switch (verdict.verdict) {
      case 'fail':
        return [command('error', `${title}: violated`, violationText(certificate, verdict))]
      case 'inconclusive':
        return effort === 'quick'
          ? []
          : [command('error', `${title}: inconclusive`, `${occasionsText(verdict)} required occasions`)]
      case 'waived':
        return [command('warning', title, waivedText(verdict))]
      default:
        return []
    }
  })
  if (error !== null) lines.push(command('error', 'busproof: the harness or the site failed', error))
  if (lines.length === 0 && !certificate.certified && effort !== 'quick')
    lines.push(command('error', 'busproof: not certified', conclusion(certificate)))
  for (const stale of staleWaivers) lines.push(command('error', 'busproof: waiver', stale))
  return lines.join('')
}

/** The runner and what it stored are gone by then. */
const AGAIN = 'To run it again, keep the certificate of --json: `busproof replay FILE`'

/** GitHub drops the summary of a step beyond one MiB; letters. */
const ROOM = 300_000

function violationText(certificate: Certificate, { clause, violations }: Verdict): string {
  const failure = failureOf(certificate, clause)
  const again = failure === undefined ? [] : [AGAIN]
  return [violations[0]?.message ?? 'violated', ...again].join('\n')
}

const command = (kind: 'error' | 'warning', title: string, message: string): string =>
  `::${kind} title=${property(title)}::${data(message)}\n`

const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')

/** Ends with a line break. */
export function renderSummary(certificate: Certificate): string {
  const { level, site, effort, seed, runs, events } = certificate
  const room = ROOM / Math.max(1, certificate.failures.length)
  const lines = [
    `## ${cell(conclusion(certificate))}`,
    '',
    `Level ${level}, ${site} site, ${effort} effort, ${plural(runs, 'run')}, ${plural(events, 'event')}, seed ${seed}`,
    '',
    `| ${COUNTED.join(' | ')} |`,
    `| ${COUNTED.map(() => '---:').join(' | ')} |`,
    `| ${COUNTED.map((name) => clausesWith(certificate, name).length).join(' | ')} |`,
    ...certificate.failures.flatMap(({ clause }) => [
      '',
      `<details><summary>${clause} ${cell(titleOf(clause))}</summary>`,
      '',
      ...fenced(clipped(storyIn(certificate, clause) ?? [], room)),
      '',
      '</details>',
    ]),
    '',
    '<details><summary>All clauses</summary>',
    '',
    '| | clause | | occasions |',
    '| --- | --- | --- | ---: |',
    ...[...byArea(certificate)].flatMap(([, judged]) => judged.map(row)),
    '</details>',
    ...(certificate.notes.length === 0 ? [] : ['', ...certificate.notes.map((note) => `- ${cell(note)}`)]),
  ]
  return `${lines.join('\n')}\n`
}

const COUNTED: readonly VerdictName[] = [
  ...(['pass', 'fail', 'inconclusive', 'waived', 'unsupported', 'not run', 'error'] as const),
]

function row(verdict: Verdict): string {
  const { sign } = LOOKS[verdict.verdict]
  const title =
    verdict.verdict === 'waived' ? `${titleOf(verdict.clause)} (${waivedText(verdict)})` : titleOf(verdict.clause)
  const seen = isJudged(verdict) ? `${grouped(verdict.occasions)} of ${grouped(verdict.wanted)}` : ''
  return `| ${sign} ${verdict.verdict} | ${verdict.clause} | ${cell(title)} | ${seen} |`
}

/** As many lines as there is room for. */
function clipped(lines: readonly string[], room: number): string[] {
  const whole = lines.join('\n')
  return whole.length <= room ? [...lines] : [...whole.slice(0, room).split('\n'), '…']
}

/** A fence that no line of the story ends. */
function fenced(lines: readonly string[]): string[] {
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([ticks]) => ticks.length)))
  const fence = '`'.repeat(longest + 1)
  return [`${fence}text`, ...lines, fence]
}

/** Text that is neither Markdown nor HTML. */
const cell = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_|[\]]/g, '\\$&')
    .replaceAll(/[\r\n]+/g, ' ')
