/** Certifies an adapter inside a Vitest file: a test for each clause of the level. */
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, type TestContext, test } from 'vitest'
import { type Clause, LEVEL_AREAS } from '../spec/clause.ts'
import { CLAUSES } from '../spec/index.ts'
import { type Certificate, storyIn, type Verdict } from './certificate/certificate.ts'
import { isSelected } from './certificate/judged.ts'
import { occasionsText } from './certificate/verdicts.ts'
import { waivedText } from './certificate/waivers.ts'
import { certify } from './certify.ts'
import type { CertifyOptions } from './certify-options.ts'
import { createProgressLine } from './cli/progress.ts'
import { STOPS_WITHIN } from './deadline.ts'
import { figuresFor } from './effort.ts'
import { conclusion } from './report/console.ts'
import { kindOf } from './site-name.ts'

export { describeSystem, type SystemSuiteOptions } from './describe-system.ts'

export interface ConformanceOptions extends Omit<CertifyOptions, 'onProgress'> {
  /** Whether to report progress on stderr once the certification takes longer than three seconds; default true. */
  readonly progress?: boolean
}

/** How long nothing is said of the progress, and then between two lines, ms. */
const SILENT = 3_000
const EVERY = 5_000

/**
 * Declares a suite that certifies the default export of `module` (a URL or a path) once, with a test for each clause of the
 * level. The test of a violated clause fails with its story. The test of a clause with too few occasions fails too, or is
 * skipped with the effort `quick`. The test of a clause that the adapter does not claim is skipped.
 */
export function describeConformance(module: URL | string, options: ConformanceOptions = {}): void {
  const { progress = true, ...rest } = options
  const level = rest.level ?? 'resilient'
  const clauses = CLAUSES.filter(({ area }) => LEVEL_AREAS[level].includes(area)).filter((clause) =>
    isSelected(clause, rest.only),
  )
  const path = module instanceof URL && module.protocol === 'file:' ? fileURLToPath(module) : String(module)
  const title = shortName(path)
  describe(`conformance of ${title}, level ${level}`, () => {
    let certificate: Certificate
    beforeAll(async () => {
      const line = createProgressLine({ write: tell }, { every: EVERY, silent: SILENT, title: `busproof: ${title}: ` })
      certificate = await certify(module, { ...rest, ...(progress && { onProgress: line.update }) })
      line.done()
      if (certificate.effort === 'quick') tell(`busproof: ${conclusion(certificate)}\n`)
    }, longest(rest))
    for (const clause of clauses) test(titleOf(clause), (context) => judgeVerdict(certificate, clause, context))
    if ((rest.waivers ?? []).length > 0)
      test('no waiver has expired or is not needed', () => {
        const { staleWaivers = [] } = certificate
        if (staleWaivers.length > 0) throw new NotConforming(staleWaivers.join('\n'))
      })
  })
}

/** Vitest's reporters show nothing of a hook that runs, and some of them write to stdout what a program reads. */
const tell = (text: string): void => void process.stderr.write(text)

/** The limit of the certification plus the time for stopping, so that Vitest never ends it before its stories are printed. */
const longest = (options: CertifyOptions): number =>
  figuresFor(options, kindOf(options.site ?? 'real')).time + STOPS_WITHIN

/** The last two parts of a path: enough to distinguish adapters, and the same on every machine. */
const shortName = (path: string): string => path.split(/[\\/]/).slice(-2).join('/')

const titleOf = (clause: Clause): string => `${clause.id} ${clause.title}`

function judgeVerdict(certificate: Certificate, clause: Clause, context: TestContext): void {
  const verdict = certificate.verdicts.find((one) => one.clause === clause.id)
  switch (verdict?.verdict) {
    case 'pass':
      return
    case 'unsupported':
      context.skip(verdict.reason)
      break
    case 'waived':
      context.skip(waivedText(verdict))
      break
    case 'fail':
      throw new NotConforming(storyOf(certificate, verdict))
    case 'inconclusive': {
      const counts = `${occasionsText(verdict)} occasions (${clause.occasion})`
      if (certificate.effort === 'quick' && certificate.runs > 0) context.skip(`a quick run met ${counts}`)
      // Where the search ended at a violation, that one's test fails; this clause just had no time.
      if (endedEarly(certificate)) context.skip('the search ended because another clause was violated')
      throw new NotConforming(`${clause.id} is inconclusive: ${counts}, seed ${certificate.seed}`)
    }
    default:
      throw new NotConforming(`${clause.id} was not judged: ${certificate.error ?? certificate.notes.join(' ')}`)
  }
}

const endedEarly = ({ verdicts }: Certificate): boolean => verdicts.some(({ verdict }) => verdict === 'fail')

function storyOf(certificate: Certificate, verdict: Verdict): string {
  const lines = storyIn(certificate, verdict.clause) ?? verdict.violations.map(({ message }) => message)
  return [`${verdict.clause} is violated, seed ${certificate.seed}`, '', ...lines].join('\n')
}

/** Its stack would show this file only, so it has none: the story is what a reader needs. */
class NotConforming extends Error {
  override readonly name = 'NotConforming'
  constructor(message: string) {
    super(message)
    this.stack = `${this.name}: ${message}`
  }
}
