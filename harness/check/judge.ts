/** Runs every applicable check over one history. */
import { CLAUSES } from '../../spec/index.ts'
import { isClaimed } from '../claims/index.ts'
import type { RunHeader } from '../history/header.ts'
import type { Finding } from './check.ts'
import { dispatch } from './dispatch.ts'
import type { Event } from './event.ts'
import { checkOf } from './index.ts'
import { createReport } from './report.ts'
import { createLedger } from './tracker/ledger.ts'

export interface JudgeOptions {
  /** Ids of the clauses to judge; default: all. Clauses that the run does not claim are always left out. */
  readonly clauses?: readonly string[]
  /** False for an incomplete history; default: whether it has its end. */
  readonly complete?: boolean
  /** Receives all judging functions: see `runPlan`, which keeps them. */
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
    const { detect } = checkOf(id) ?? {}
    if (detect === undefined || wanted?.has(id) === false || !isClaimed(clause, header.claims)) return []
    const report = createReport(id, clause.kinds)
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
