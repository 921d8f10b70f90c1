import { idOf } from '../../history/ranks.ts'
import type { Check, Report } from '../check.ts'
import { cutOff, type Excuse, isWhole } from '../tracker/causes.ts'
import { type Advance, firstBeyond, upTo } from '../tracker/commits.ts'
import { isEntitled } from '../tracker/groups.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isBefore, type Moment, NONE } from '../tracker/moment.ts'
import { firstAbove } from '../tracker/reach.ts'
import { createResumptions, type Resumption } from '../tracker/resumptions.ts'

/** delivery/7: a member that takes over a partition begins where the group had committed: no skip, no step back. */
export const continuity: Check = {
  clause: 'delivery/7',
  file: import.meta.url,
  detect: (ledger, report) => {
    const resumptions = createResumptions(ledger)
    return {
      takes: resumptions.takes,
      step: resumptions.step,
      end(complete) {
        if (!isWhole(ledger, complete)) return
        for (const resumption of resumptions.all()) {
          if (judgeStepBack(ledger, report, resumption) !== 'stall') report.occasion()
          judgeSkip(ledger, report, resumption)
        }
      },
    }
  },
}

const advancesOf = ({ commits }: Ledger, { group, topic, partition }: Resumption): readonly Advance[] =>
  commits.of(group, topic, partition)?.advances ?? NONE

/** Messages that were committed before it got the partition do not come again, unless it was cut off meanwhile. */
function judgeStepBack(ledger: Ledger, report: Report, resumption: Resumption): Excuse {
  const { group, topic, partition, consumer, since, first, place } = resumption
  const committed = advancesOf(ledger, resumption).findLast((advance) => isBefore(advance, since))
  if (committed === undefined || place.offset >= committed.next) return null
  const excuse = cutOff(ledger, since.at, first.began.at)
  if (excuse !== null) return excuse
  report.violation({
    ...about(resumption),
    message: `group ${group} stepped back to ${first.op} when ${consumer} took over ${topic}/${partition} (step back)`,
    expected: `it resumes ${committed.after === undefined ? 'at' : 'after'} ${upTo(committed)}, which was committed at ${committed.at} ms`,
    actual: `${first.op}, which is at ${idOf(place)}, was delivered to ${consumer} at ${first.began.at} ms`,
    positions: [place],
  })
  return null
}

/** What lies before its first message had been done, or committed; or it comes later, for keys may be handled side by side. */
function judgeSkip(ledger: Ledger, report: Report, resumption: Resumption): void {
  const { group, topic, partition, consumer, first, place: here } = resumption
  const subscribed = ledger.groups.get(group, topic)
  const advances = advancesOf(ledger, resumption)
  if (subscribed === undefined) return
  const committed = committedBefore(advances, first.began)
  for (const { position, op } of ledger.positions.within(topic, partition)) {
    const { offset } = position
    // Another clause judges early commits.
    if (offset < committed || offset >= here.offset) continue
    const operation = ledger.operations.get(op)
    if (operation === undefined || !isEntitled(subscribed, operation)) continue
    const passed = firstBeyond(advances, offset)
    if (wasDone(ledger, group, op, first.began)) continue
    if (comesLater(ledger, group, op, first.began, passed) || isInHand(ledger, resumption, op, passed)) continue
    report.violation({
      ...about(resumption),
      message: `group ${group} skipped ${op} when ${consumer} took over ${topic}/${partition} (poll skip)`,
      expected: `it resumes with ${op} at ${idOf(position)}, which was neither done nor committed`,
      actual: `${first.op}, which is at ${idOf(here)}, was delivered to ${consumer} at ${first.began.at} ms`,
      op,
      others: [first.op],
      positions: [position],
    })
  }
}

/** The committed position before a moment. */
const committedBefore = (advances: readonly Advance[], { seq }: Moment): number =>
  advances[firstAbove(advances.length, (index) => advances[index]?.seq ?? 0, seq - 1) - 1]?.next ??
  Number.NEGATIVE_INFINITY

/** It is delivered to the group after this moment, and before a commit passes it. */
function comesLater({ deliveries }: Ledger, group: string, op: string, from: Moment, passed: Moment | null): boolean {
  return deliveries
    .of(group, op)
    .some(({ began }) => isBefore(from, began) && (passed === null || isBefore(began, passed)))
}

/** The member has not let go of it: its handler runs, and no commit passes it before that has ended. */
function isInHand(
  { deliveries }: Ledger,
  { group, consumer, first }: Resumption,
  op: string,
  passed: Moment | null,
): boolean {
  return deliveries.of(group, op).some(({ consumer: holder, began, handled }) => {
    const isRunning = isBefore(began, first.began) && (handled === null || isBefore(first.began, handled))
    return holder === consumer && isRunning && (passed === null || (handled !== null && isBefore(handled, passed)))
  })
}

/** By this moment, as far as the history can tell: of a dead letter its member may be told late. */
function wasDone({ run, deliveries, outcomes, passes }: Ledger, group: string, op: string, moment: Moment): boolean {
  const handled = deliveries.handledOk(group, op)
  if (handled !== null && (isBefore(handled, moment) || (run.site === 'real' && handled.at <= moment.at + 1)))
    return true
  const passed = passes.warrantedAt(group, op)
  if (passed !== null && isBefore(passed, moment)) return true
  const dead = outcomes.deadLetteredAt(group, op)
  return dead !== null && (run.witness === 'after' || isBefore(dead, moment))
}

const about = ({ group, consumer, first }: Resumption) => ({
  consumer,
  group,
  node: first.node,
  at: first.began.at,
  op: first.op,
})
