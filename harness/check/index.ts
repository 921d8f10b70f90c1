/** Every check by the clause that it judges, and the judge that runs them over one history. */
import { CLAUSES } from '../../spec/index.ts'
import type { Event, RunHeader } from '../history/event.ts'
import { byHand } from './breaker/by-hand.ts'
import { decision } from './breaker/decision.ts'
import { degradation } from './breaker/degradation.ts'
import { once } from './breaker/once.ts'
import { permits } from './breaker/permits.ts'
import { refusal } from './breaker/refusal.ts'
import { reset } from './breaker/reset.ts'
import { stale } from './breaker/stale.ts'
import { transitions } from './breaker/transitions.ts'
import { trip } from './breaker/trip.ts'
import { wayOut } from './breaker/way-out.ts'
import type { CheckFactory, Finding } from './check.ts'
import { isClaimed } from './claimed.ts'
import { atOnce } from './dead-letter/at-once.ts'
import { beforeCommit } from './dead-letter/before-commit.ts'
import { complete } from './dead-letter/complete.ts'
import { named } from './dead-letter/named.ts'
import { poison } from './dead-letter/poison.ts'
import { present } from './dead-letter/present.ts'
import { replayed } from './dead-letter/replayed.ts'
import { warranted } from './dead-letter/warranted.ts'
import { afterDiskLoss } from './delivery/after-disk-loss.ts'
import { beginnings } from './delivery/beginnings.ts'
import { commits } from './delivery/commits.ts'
import { conservation } from './delivery/conservation.ts'
import { content } from './delivery/content.ts'
import { continuity } from './delivery/continuity.ts'
import { duplicates } from './delivery/duplicates.ts'
import { expiry } from './delivery/expiry.ts'
import { groups } from './delivery/groups.ts'
import { identities } from './delivery/identities.ts'
import { liveness } from './delivery/liveness.ts'
import { namespaces } from './delivery/namespaces.ts'
import { origin } from './delivery/origin.ts'
import { rebalance } from './delivery/rebalance.ts'
import { type Detect, toCheck } from './detect.ts'
import { dispatch } from './dispatch.ts'
import { badInput } from './fail-fast/bad-input.ts'
import { bounded } from './fail-fast/bounded.ts'
import { closedBus } from './fail-fast/closed-bus.ts'
import { crashes } from './fail-fast/crashes.ts'
import { errors } from './fail-fast/errors.ts'
import { recorded } from './fail-fast/recorded.ts'
import { secrets } from './fail-fast/secrets.ts'
import { truthful } from './fail-fast/truthful.ts'
import { behindFailure } from './ordering/behind-failure.ts'
import { overlap } from './ordering/overlap.ts'
import { perKey } from './ordering/per-key.ts'
import { places } from './ordering/places.ts'
import { realTime } from './ordering/real-time.ts'
import { wide } from './ordering/wide.ts'
import { createReport } from './report.ts'
import { baseline } from './resources/baseline.ts'
import { close } from './resources/close.ts'
import { connections } from './resources/connections.ts'
import { flushed } from './resources/flushed.ts'
import { kept } from './resources/kept.ts'
import { memory } from './resources/memory.ts'
import { others } from './resources/others.ts'
import { returned } from './resources/returned.ts'
import { statistics } from './resources/statistics.ts'
import { attempts } from './retry/attempts.ts'
import { counts } from './retry/counts.ts'
import { inStep } from './retry/in-step.ts'
import { jitter } from './retry/jitter.ts'
import { permanent } from './retry/permanent.ts'
import { stacked } from './retry/stacked.ts'
import { waits } from './retry/waits.ts'
import { createLedger } from './tracker/ledger.ts'

/** Each under its own name, which its file bears too. */
const DETECTORS: Readonly<Record<string, Readonly<Record<string, Detect>>>> = {
  'delivery/1': { conservation },
  'delivery/2': { origin },
  'delivery/3': { duplicates },
  'delivery/4': { content },
  'delivery/5': { groups },
  'delivery/6': { commits },
  'delivery/7': { continuity },
  'delivery/8': { beginnings },
  'delivery/9': { namespaces },
  'delivery/10': { rebalance },
  'delivery/11': { identities },
  'delivery/12': { expiry },
  'delivery/13': { liveness },
  'delivery/14': { afterDiskLoss },
  'ordering/1': { perKey },
  'ordering/2': { wide },
  'ordering/3': { realTime },
  'ordering/4': { overlap },
  'ordering/5': { behindFailure },
  'ordering/6': { places },
  'fail-fast/1': { truthful },
  'fail-fast/2': { bounded },
  'fail-fast/3': { errors },
  'fail-fast/4': { secrets },
  'fail-fast/5': { crashes },
  'fail-fast/6': { badInput },
  'fail-fast/7': { closedBus },
  'fail-fast/8': { recorded },
  'breaker/1': { trip },
  'breaker/2': { refusal },
  'breaker/3': { reset },
  'breaker/4': { permits },
  'breaker/5': { decision },
  'breaker/6': { wayOut },
  'breaker/7': { stale },
  'breaker/8': { transitions },
  'breaker/9': { once },
  'breaker/10': { byHand },
  'breaker/11': { degradation },
  'retry/1': { attempts },
  'retry/2': { waits },
  'retry/3': { jitter },
  'retry/4': { permanent },
  'retry/5': { stacked },
  'retry/6': { counts },
  'retry/7': { inStep },
  'dead-letter/1': { present },
  'dead-letter/2': { warranted },
  'dead-letter/3': { complete },
  'dead-letter/4': { beforeCommit },
  'dead-letter/5': { poison },
  'dead-letter/6': { named },
  'dead-letter/7': { replayed },
  'dead-letter/8': { atOnce },
  'resources/1': { baseline },
  'resources/2': { close },
  'resources/3': { flushed },
  'resources/4': { others },
  'resources/5': { connections },
  'resources/6': { statistics },
  'resources/7': { returned },
  'resources/8': { kept },
  'resources/9': { memory },
}

const detectorOf = (clause: string): readonly [name: string, detect: Detect] | undefined =>
  Object.entries(DETECTORS[clause] ?? {})[0]

/** Each check alone, by the id of its clause. */
export const CHECKS: Readonly<Record<string, CheckFactory>> = Object.fromEntries(
  Object.keys(DETECTORS).flatMap((clause) => {
    const detector = detectorOf(clause)
    return detector === undefined ? [] : [[clause, toCheck(clause, detector[1])]]
  }),
)

/** The file of the check that judges a clause, from the root of the sources; null where there is none. */
export function checkFile(clause: string): string | null {
  const [name] = detectorOf(clause) ?? []
  if (name === undefined) return null
  const file = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return `harness/check/${clause.slice(0, clause.indexOf('/'))}/${file}.ts`
}

export interface JudgeOptions {
  /** Ids of the clauses to judge; default: all. Those that the run's claims do not owe are left out in any case. */
  readonly clauses?: readonly string[]
  /** False for a history that was cut; default: whether it has its end. */
  readonly complete?: boolean
  /** Is given all functions that judge: see `runPlan`, which keeps them. */
  readonly keep?: (functions: object) => void
}

/**
 * Judges one run: the findings by clause id, of those clauses that were judged. Events must be in the order of time,
 * those of one moment in the order in which they happened; nothing is sorted here.
 */
export function judge(
  header: RunHeader,
  events: Iterable<Event>,
  options: JudgeOptions = {},
): Readonly<Record<string, Finding>> {
  const wanted = options.clauses === undefined ? null : new Set(options.clauses)
  const ledger = createLedger(header)
  const judged = CLAUSES.flatMap((clause) => {
    const { id } = clause
    const [, detect] = detectorOf(id) ?? []
    if (detect === undefined || wanted?.has(id) === false || !isClaimed(clause, header.claims)) return []
    const report = createReport(id)
    return [{ clause, report, detector: detect(ledger, report) }]
  })
  const show = dispatch(judged.map(({ detector }) => detector))
  options.keep?.({ judged, show })
  let hasEnd = false
  for (const event of events) {
    hasEnd ||= event.type === 'end'
    const moment = ledger.step(event)
    if (moment !== null) show(event, moment)
  }
  const whole = options.complete ?? hasEnd
  for (const { detector } of judged) detector.end?.(whole)
  const lost = ledger.faults.diskLost() !== null
  const counted = lost ? judged.filter(({ clause }) => clause.holdsWithoutDisk === true) : judged
  return Object.fromEntries(counted.map(({ clause, report }) => [clause.id, report.finding()]))
}
