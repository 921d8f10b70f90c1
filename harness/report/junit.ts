/** The certificate as JUnit XML: a test suite for each area, a test case for each clause. */
import { type Certificate, storyIn, type Verdict } from '../certificate/certificate.ts'
import { occasionsText, UNCLAIMED } from '../certificate/verdicts.ts'
import { waivedText } from '../certificate/waivers.ts'
import { byArea, titleOf } from './clauses.ts'

/** A clause that kept the certificate from being issued is a failure, whatever kept it; one that was not judged is skipped. */
export function renderJunit(certificate: Certificate): string {
  const areas = [...byArea(certificate)]
  const { staleWaivers = [] } = certificate
  const { tests, failures, ...rest } = count(certificate, certificate.verdicts)
  const stale = staleWaivers.length
  const counts = attributes({
    ...{ tests: tests + stale, failures: failures + stale, ...rest },
    time: seconds(certificate.tookMs),
  })
  const suites = areas.map(([area, verdicts]) => suite(certificate, area, verdicts))
  if (stale > 0) suites.push(waiversSuite(certificate, staleWaivers))
  const name = attributes({
    name: `busproof ${certificate.adapter} ${certificate.level} ${certificate.site}${certificate.effort === 'default' ? '' : ` ${certificate.effort}`}`,
  })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${name}${counts}>\n${suites.join('')}</testsuites>\n`
}

function suite(certificate: Certificate, area: string, verdicts: readonly Verdict[]): string {
  const cases = verdicts.map((verdict) => testCase(certificate, area, verdict))
  return `  <testsuite${attributes({ name: area, ...count(certificate, verdicts) })}>\n${cases.join('')}  </testsuite>\n`
}

/** What keeps the certificate from being issued is a failure, wherever it stands. */
function waiversSuite({ adapter }: Certificate, stale: readonly string[]): string {
  const cases = stale.map((sentence, index) => {
    const head = attributes({ name: `waiver ${index + 1}`, classname: `busproof.${adapter}.waivers` })
    return `    <testcase${head}>\n      ${element('failure', 'waiver', sentence, '')}\n    </testcase>\n`
  })
  const counts = { tests: stale.length, failures: stale.length, errors: 0, skipped: 0 }
  return `  <testsuite${attributes({ name: 'waivers', ...counts })}>\n${cases.join('')}  </testsuite>\n`
}

function testCase(certificate: Certificate, area: string, verdict: Verdict): string {
  const name = `${verdict.clause} ${titleOf(verdict.clause)}`.trim()
  const head = `    <testcase${attributes({ name, classname: `busproof.${certificate.adapter}.${area}` })}`
  const inner = outcome(certificate, verdict)
  return inner === '' ? `${head}/>\n` : `${head}>\n      ${inner}\n    </testcase>\n`
}

function outcome(certificate: Certificate, verdict: Verdict): string {
  switch (verdict.verdict) {
    case 'pass':
      return ''
    case 'fail':
      return element('failure', 'violation', verdict.violations[0]?.message ?? 'violated', story(certificate, verdict))
    case 'inconclusive':
      return certificate.effort === 'quick'
        ? skipped(`a quick run met ${occasionsText(verdict)} required occasions`)
        : element('failure', 'inconclusive', `${occasionsText(verdict)} required occasions`, '')
    case 'error':
      return element('error', 'error', certificate.error ?? 'the harness or the site failed', '')
    case 'unsupported':
      return skipped(verdict.reason ?? UNCLAIMED)
    case 'waived':
      return skipped([waivedText(verdict), ...verdict.violations.slice(0, 1).map(({ message }) => message)].join(': '))
    case 'not run':
      return skipped('not run')
  }
}

function story(certificate: Certificate, verdict: Verdict): string {
  const lines = storyIn(certificate, verdict.clause) ?? verdict.violations.map(({ message }) => message)
  return lines.join('\n')
}

type Counts = { readonly [name in 'tests' | 'failures' | 'errors' | 'skipped']: number }

function count({ effort }: Certificate, verdicts: readonly Verdict[]): Counts {
  const of = (...names: readonly Verdict['verdict'][]): number =>
    verdicts.filter(({ verdict }) => names.includes(verdict)).length
  return {
    tests: verdicts.length,
    failures: of('fail', ...(effort === 'quick' ? [] : ['inconclusive' as const])),
    errors: of('error'),
    skipped: of('unsupported', 'waived', 'not run', ...(effort === 'quick' ? ['inconclusive' as const] : [])),
  }
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(3)
const skipped = (message: string): string => `<skipped${attributes({ message })}/>`

function element(name: string, type: string, message: string, text: string): string {
  const head = `<${name}${attributes({ type, message })}`
  return text === '' ? `${head}/>` : `${head}>${escapeXml(text)}</${name}>`
}

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('')

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** Characters that XML 1.0 cannot hold in any form become a question mark. */
function escapeXml(text: string): string {
  const known = text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
  return known.replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '?')
}
