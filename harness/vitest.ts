/** Certifies an adapter inside a Vitest file: a test for each clause of the level. */
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, type TestContext, test } from 'vitest'
import { type Clause, LEVEL_AREAS } from '../spec/clause.ts'
import { CLAUSES } from '../spec/index.ts'
import { type Certificate, storyIn, type Verdict } from './certificate/certificate.ts'
import { isSelected } from './certificate/judged.ts'
import { certify } from './certify.ts'
import type { CertifyOptions } from './certify-options.ts'

export interface ConformanceOptions extends CertifyOptions {
  /** Longest time for finding, confirming and shrinking together, ms; default: `time` and three minutes more, else ten minutes. */
  readonly timeout?: number
}

const WITHOUT_TIME = 600_000
const AFTER_FINDING = 180_000

/**
 * Declares a suite that certifies the adapter which `module` default-exports (a URL, or a path), once, and a test for
 * each clause of the level. A violated clause fails with its story, one that had too few occasions fails too, and one
 * that the adapter does not claim is skipped.
 */
export function describeConformance(module: URL | string, options: ConformanceOptions = {}): void {
  const { timeout, ...rest } = options
  const level = rest.level ?? 'resilient'
  const clauses = CLAUSES.filter(({ area }) => LEVEL_AREAS[level].includes(area)).filter((clause) =>
    isSelected(clause, rest.only),
  )
  const name = module instanceof URL && module.protocol === 'file:' ? fileURLToPath(module) : String(module)
  describe(`conformance of ${shortName(name)}, level ${level}`, () => {
    let certificate: Certificate
    beforeAll(
      async () => {
        certificate = await certify(module, rest)
      },
      timeout ?? (rest.time === undefined ? WITHOUT_TIME : rest.time + AFTER_FINDING),
    )
    for (const clause of clauses) test(title(clause), (context) => judgeVerdict(certificate, clause, context))
  })
}

/** The last two parts of a path: enough to tell adapters apart, and the same on every machine. */
const shortName = (path: string): string => path.split(/[\\/]/).slice(-2).join('/')

const title = (clause: Clause): string => `${clause.id} ${clause.title}`

function judgeVerdict(certificate: Certificate, clause: Clause, context: TestContext): void {
  const verdict = certificate.verdicts.find((one) => one.clause === clause.id)
  switch (verdict?.verdict) {
    case 'pass':
      return
    case 'unsupported':
      context.skip('the adapter does not claim it')
      break
    case 'waived':
      context.skip('waived')
      break
    case 'fail':
      throw new NotConforming(storyOf(certificate, verdict))
    case 'inconclusive':
      // Where the search ended at a violation, that one's test fails; this clause just had no time.
      if (endedEarly(certificate)) context.skip('the search ended when another clause was violated')
      throw new NotConforming(
        `${clause.id} is inconclusive: ${verdict.occasions} of ${verdict.wanted} occasions (${clause.occasion}), seed ${certificate.seed}`,
      )
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
