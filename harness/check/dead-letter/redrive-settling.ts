import { redrivenOp } from '../../history/op.ts'
import type { Report } from '../check.ts'
import type { EventOf } from '../event.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isBefore, type Moment } from '../tracker/moment.ts'
import type { Redrive, RedrivenCopy } from '../tracker/redrives.ts'
import { counted, named } from '../tracker/timing.ts'

/** A redrive settles in time, succeeds without obstacles, and returns the number of messages that it published. */
export function judgeSettling(ledger: Ledger, report: Report, redrive: Redrive): void {
  const { name, topic, node, began, ended } = redrive
  const { recovery } = ledger.run.claims
  const bound = began.at + recovery.deadline + ledger.run.slack
  const until = Math.min(ended?.at ?? Number.POSITIVE_INFINITY, bound)
  const about = { node, at: until, expected: `${name} to publish the dead letters of ${topic}` }
  if (ended !== null && ended.told.error === undefined) judgeCount(ledger, report, redrive, ended)
  if (isCut(ledger, node, { ended, bound }) || isHindered(ledger, node, began.at, until)) return
  if (ended === null || ended.at > bound) {
    report.occasion()
    const message = `the redrive of ${topic} did not settle within ${recovery.deadline} ms, but no fault was near`
    report.violation({ ...about, message, actual: ended === null ? 'nothing' : `it settled at ${ended.at} ms` })
  } else if (ended.told.error !== undefined && !isStarved(ledger, began, ended) && !isCrowdedOut(ledger, redrive)) {
    report.occasion()
    const { code, message: says } = ended.told.error
    const message = `the redrive of ${topic} failed, but no fault was near`
    report.violation({ ...about, message, actual: `${code ?? 'no code'}, ${says}` })
  }
}

/** After a fault, a stall or a breaker forced open, the bus may take as long as recovery may. */
function isHindered({ run, faults, stalls, forcedOpen }: Ledger, node: string, began: number, until: number): boolean {
  const from = began - run.claims.recovery.deadline
  return (
    (['publish', 'consume', 'dead-letter'] as const).some((role) => faults.active(role, from, until)) ||
    stalls.touch(from, until) ||
    forcedOpen.touch(node, from, until)
  )
}

/** Whether its bus was closed, or the run was over, before it settled and before it had to. */
function isCut(
  { nodes, now }: Ledger,
  node: string,
  { ended, bound }: { readonly ended: Moment | null; readonly bound: number },
): boolean {
  const gone = nodes.goneAt(node) ?? now()
  return (ended === null || gone.seq < ended.seq) && gone.at < bound
}

/** On real clocks a busy machine may let a single attempt run into its time-out. */
const isStarved = ({ run }: Ledger, began: Moment, ended: Moment): boolean =>
  run.site === 'real' && ended.at - began.at >= run.claims.publish.timeout

/** Of several redrives at once a breaker that is half-open still may refuse all but as many as it has permits. */
function isCrowdedOut({ run, redrives }: Ledger, { name, node, began, ended }: Redrive): boolean {
  const code = ended?.told.error?.code
  if (ended === null || code === undefined || code !== run.claims.breaker?.code) return false
  return redrives.all.some(
    (other) =>
      other.name !== name &&
      other.node === node &&
      isBefore(other.began, ended) &&
      (other.ended === null || isBefore(began, other.ended)),
  )
}

/** Whether it was stored when the redrive resolved; a witness that reads after the run only tells that it was stored at all. */
export const isStoredBy = ({ run }: Ledger, copy: RedrivenCopy, ended: Moment): boolean =>
  run.witness !== 'live' || copy.seq < ended.seq

function judgeCount(
  ledger: Ledger,
  report: Report,
  { name, topic, node }: Redrive,
  ended: Moment & { readonly told: EventOf<'redrive-ended'> },
): void {
  const { count } = ended.told
  if (count === undefined || ledger.run.witness === 'none') return
  const copies = ledger.redrives.storedIn(topic).filter((copy) => isStoredBy(ledger, copy, ended))
  const stored = copies.length
  // What a publish stored that seemed to fail is not counted, but lies there.
  if (stored === count || (stored > count && ledger.redrives.isTroubled(name))) return
  const messages = copies.flatMap(({ found }) => redrivenOp(found.op) ?? [])
  report.violation({
    message: `the redrive of ${topic} reported ${counted(count, 'message')} but published ${stored}`,
    expected: `a report of ${stored}: ${lettersOf(ledger, topic)}, and ${counted(stored, 'message')} marked as redriven`,
    actual: `a report of ${count}; published: ${stored === 0 ? 'nothing' : named(messages)}`,
    others: messages,
    node,
    at: ended.at,
  })
}

/** For sentences: how many dead letters there are of messages of this topic. */
function lettersOf({ deadLetters, operations }: Ledger, topic: string): string {
  const found = [...deadLetters.all()].filter(
    ({ op, found }) => op !== null && found !== null && operations.get(op)?.topic === topic,
  )
  return `${topic} has ${counted(found.length, 'dead letter')}`
}
