import { type CertificateLevel, type Clause, LEVELS } from '../../spec/clause.ts'
import type { AnyClaims } from '../claims/descriptor.ts'
import { isClaimed } from '../claims/index.ts'
import type { Effort } from '../effort.ts'
import { CAPABILITIES, type Lacks, without } from '../lacks.ts'
import type { Certificate, Verdict, VerdictName } from './certificate.ts'
import { excuseOf, isSelected, isShort, shortages, unseenKinds, wantedOccasions } from './judged.ts'
import { type ClauseTally, NOTHING, type Tally } from './tally.ts'

export interface Judged {
  /** Every clause of the level, whether it is claimed or not. */
  readonly clauses: readonly Clause[]
  readonly claims: AnyClaims
  /** What the system lacks; default: nothing. */
  readonly lacks?: Lacks
  /** The harness or the site failed, though perhaps in no run that was counted. */
  readonly error?: string | null
  readonly only?: readonly string[]
}

/** Why the clause is unsupported; null where it is not. */
function reasonOf(clause: Clause, tally: Tally, { claims, lacks = {} }: Judged): string | null {
  if (!isClaimed(clause, claims)) return UNCLAIMED
  const excuse = excuseOf(clause, tally, lacks)
  return excuse === null ? null : without(excuse, lacks)
}

function nameOf(
  clause: Clause,
  { found, reason }: { readonly found: ClauseTally; readonly reason: string | null },
  tally: Tally,
  { only, error = tally.error, lacks = {} }: Judged,
): VerdictName {
  if (!isSelected(clause, only)) return 'not run'
  if (reason !== null) return 'unsupported'
  if (found.violationCount > 0) return 'fail'
  if (error !== null) return 'error'
  return isShort(clause, tally, lacks) ? 'inconclusive' : 'pass'
}

const isSelfReported = ({ evidence }: Clause, { requests }: Tally): boolean =>
  evidence === 'self-reported' || (evidence === 'counted' && requests === 0)

/** One verdict a clause, worst wins: a violation, then an error of harness or site, then too few occasions. */
export function verdictsOf(tally: Tally, judged: Judged): Verdict[] {
  return judged.clauses.map((clause) => {
    const found = tally.clause(clause.id)
    const reason = reasonOf(clause, tally, judged)
    const verdict = nameOf(clause, { found, reason }, tally, judged)
    const { kinds: _, ...counted } = verdict === 'unsupported' || verdict === 'not run' ? NOTHING : found
    const short = verdict === 'inconclusive' ? shortages(clause, tally, judged.lacks ?? {}) : []
    const unseen = verdict === 'pass' ? unseenKinds(clause, tally) : []
    return {
      clause: clause.id,
      verdict,
      ...(verdict === 'unsupported' && reason !== null ? { reason } : {}),
      ...counted,
      wanted: wantedOccasions(clause),
      ...(short.length === 0 ? {} : { short }),
      ...(unseen.length === 0 ? {} : { unseen }),
      selfReported: isSelfReported(clause, tally),
    }
  })
}

/** The reason of a clause about a promise that the adapter does not make. */
export const UNCLAIMED = 'the adapter does not claim it'

/** What each level asks an adapter to claim: claiming nothing earns nothing. */
const OWED: readonly {
  readonly level: CertificateLevel
  readonly what: string
  readonly claimed: (claims: AnyClaims) => boolean
  /** Asked only where the bus crosses a network, so that a publish may fail on the way, or only where it does not, and only handlers fail. */
  readonly network?: boolean
}[] = [
  { level: 'core', what: 'at-least-once delivery', claimed: ({ delivery }) => delivery !== 'at-most-once' },
  { level: 'core', what: 'an ordering', claimed: ({ ordering }) => ordering !== 'none' },
  { level: 'resilient', network: true, what: 'retries of a publish', claimed: ({ retry }) => retry !== undefined },
  { level: 'resilient', network: true, what: 'a breaker', claimed: ({ breaker }) => breaker !== undefined },
  {
    level: 'resilient',
    network: false,
    what: 'retries of a handler',
    claimed: ({ handling }) => handling !== undefined,
  },
  {
    level: 'resilient',
    network: false,
    what: 'a breaker for each subscription',
    claimed: ({ subscriberBreaker }) => subscriberBreaker !== undefined,
  },
  { level: 'resilient', what: 'dead letters', claimed: ({ deadLetter }) => deadLetter !== undefined },
  { level: 'operable', what: 'an envelope', claimed: ({ envelope }) => envelope !== undefined },
  { level: 'operable', what: 'health', claimed: ({ health }) => health !== undefined },
  { level: 'operable', what: 'metrics', claimed: ({ metrics }) => metrics !== undefined },
  { level: 'operable', what: 'a configuration', claimed: ({ configuration }) => configuration !== undefined },
]

/** One sentence for each claim that the level asks for and the adapter does not make. */
export function missingClaims(claims: AnyClaims, level: CertificateLevel, lacks: Lacks = {}): string[] {
  const hasNetwork = lacks.network === undefined
  const rank = (of: CertificateLevel): number => LEVELS.indexOf(of)
  return OWED.filter(({ network = hasNetwork }) => network === hasNetwork)
    .filter((owed) => rank(owed.level) <= rank(level) && !owed.claimed(claims))
    .map(({ level: asking, what }) => {
      const lower = LEVELS[rank(asking) - 1]
      const mend = lower === undefined ? '' : `; --level ${lower} does not require it`
      return `Level ${asking} requires ${what}, which the adapter does not claim${mend}.`
    })
}

const named = (verdicts: readonly Verdict[], name: VerdictName): string[] =>
  verdicts.filter(({ verdict }) => verdict === name).map(({ clause }) => clause)

/** How often the situation arose of the clause that is inconclusive; if that is often enough, which kind of it did not. */
export const occasionsText = ({ occasions, wanted, short = [] }: Verdict): string =>
  occasions < wanted || short.length === 0
    ? `${occasions} of ${wanted}`
    : short.map((one) => `${one.kind}: ${one.occasions} of ${one.wanted}`).join('; ')

/** What keeps the certificate from being issued, as its verdicts say, and what they did not see: one sentence for each. */
export function verdictNotes(verdicts: readonly Verdict[]): string[] {
  const failed = named(verdicts, 'fail')
  const short = verdicts.filter(({ verdict }) => verdict === 'inconclusive')
  const left = named(verdicts, 'not run')
  const unseen = verdicts.flatMap((one) =>
    one.unseen === undefined ? [] : [`${one.clause} (${one.unseen.join('; ')})`],
  )
  const counts = short.map((verdict) => `${verdict.clause} (${occasionsText(verdict)})`)
  return [
    ...(failed.length > 0 ? [`Violated: ${failed.join(', ')}.`] : []),
    ...(short.length > 0 ? [`Too few occasions to judge: ${counts.join(', ')}.`] : []),
    ...(unseen.length > 0 ? [`Passed, but without some situations that never arose: ${unseen.join(', ')}.`] : []),
    ...(left.length > 0 ? [`Not judged, because only some clauses were selected: ${left.join(', ')}.`] : []),
  ]
}

/** Claims beyond what the clauses of this version judge: a reader must not take them for proven. */
const unjudgedClaims = ({ delivery }: AnyClaims): string[] =>
  delivery === 'exactly-once' ? ['Exactly-once delivery is claimed, but judged as at-least-once.'] : []

/** What the system lacks, one sentence for each capability, with the clauses that no run could judge for want of it. */
function lacksNotes(verdicts: readonly Verdict[], lacks: Lacks): string[] {
  return CAPABILITIES.filter((capability) => lacks[capability] !== undefined).map((capability) => {
    const reason = without(capability, lacks)
    const clauses = verdicts.filter((one) => one.reason === reason).map(({ clause }) => clause)
    const covers =
      clauses.length === 0
        ? 'every clause that is claimed was judged all the same'
        : `not covered: ${clauses.join(', ')}`
    return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}; ${covers}.`
  })
}

const UNREAD = 'Unwitnessed: only the adapter has read the system.'
const UNSEEN = 'Unwitnessed: only the callers and the handlers of the bus have seen what it did.'

/** What level operable is to cover, and has no clauses of yet. */
const UNCOVERED = 'Level operable does not cover the topology of topics yet: no clause judges it.'
const UNSECURED = 'Security is not judged: a simulated network needs none.'

export interface Decision {
  readonly certified: boolean
  /** Why not, or what a reader must know: one sentence each. */
  readonly notes: readonly string[]
}

/** Whether a certificate is issued: everything passes or is not claimed, and what the level asks for is claimed. */
export function decide(of: {
  readonly verdicts: readonly Verdict[]
  readonly claims: AnyClaims
  readonly level: CertificateLevel
  readonly effort: Effort
  readonly error: string | null
  readonly witness: Certificate['witness']
  /** What the system lacks; default: nothing. */
  readonly lacks?: Lacks
}): Decision {
  const { lacks = {} } = of
  const missing = missingClaims(of.claims, of.level, lacks)
  const good = of.verdicts.every(
    ({ verdict }) => verdict === 'pass' || verdict === 'unsupported' || verdict === 'waived',
  )
  const passed = of.verdicts.some(({ verdict }) => verdict === 'pass')
  const quick = of.effort === 'quick' ? ['A quick run certifies nothing; use the default effort.'] : []
  const broken = of.error === null ? [] : [`The harness or the site failed: ${of.error}`]
  const uncovered = of.level === 'operable' ? [UNCOVERED, ...(lacks.network === undefined ? [UNSECURED] : [])] : []
  const unwitnessed = of.witness === 'none' ? [lacks.network === undefined ? UNREAD : UNSEEN] : []
  return {
    certified: good && passed && missing.length === 0 && of.error === null && of.effort !== 'quick',
    notes: [
      ...quick,
      ...verdictNotes(of.verdicts),
      ...broken,
      ...missing,
      ...unjudgedClaims(of.claims),
      ...lacksNotes(of.verdicts, lacks),
      ...unwitnessed,
      ...uncovered,
    ],
  }
}
