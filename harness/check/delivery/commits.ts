import { idOf } from '../../history/ranks.ts'
import type { Check, Report } from '../check.ts'
import { isWhole } from '../tracker/causes.ts'
import { type Advance, type CommitLine, firstBeyond, upTo } from '../tracker/commits.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import { startsAtEarliest } from '../tracker/groups.ts'
import { isDoneBefore } from '../tracker/in-time.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { type Occupant, samePosition } from '../tracker/positions.ts'

/** delivery/6: a position is committed only after the handler succeeded or the dead letter was accepted. */
export const commits: Check = {
  clause: 'delivery/6',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end(complete) {
      // The positions of messages may be known later than the commit, so this runs at the end.
      if (!isWhole(ledger, complete)) return
      for (const line of ledger.commits.all()) judge(ledger, report, line)
    },
  }),
}

function judge(ledger: Ledger, report: Report, line: CommitLine): void {
  const { group, topic, partition, advances } = line
  const start = startOf(ledger, line)
  const covering = new Set<Advance>()
  for (const { position, op } of ledger.positions.within(topic, partition)) {
    const advance = firstBeyond(advances, position.offset)
    if (position.offset < start || advance === null || !isOwed(ledger, line, { op, position })) continue
    covering.add(advance)
    if (isDoneBefore(ledger, { group, op, position }, advance) || ledger.outcomes.mayBeDropped(group, op)) continue
    const done = ledger.outcomes.doneAt(group, op)
    const what = whatHad(ledger, group, op, advance)
    report.violation({
      message: `group ${group} committed ${topic}/${partition} up to ${upTo(advance)}, past ${op} at ${idOf(position)}, ${what} (early commit)`,
      expected: `${op} handled or dead-lettered in ${group} before the commit`,
      actual: done === null ? 'it never was' : `committed at ${advance.at} ms, done at ${done.at} ms`,
      op,
      positions: [position],
      group,
      at: advance.at,
    })
  }
  report.occasion(covering.size)
}

/** Offsets below it never belonged to this group: the first commit of a group from `latest` shows where it began. */
function startOf(ledger: Ledger, { group, topic, partition, advances }: CommitLine): number {
  const subscribed = ledger.groups.get(group, topic)
  if (subscribed === undefined || startsAtEarliest(subscribed)) return 0
  const first = advances[0]
  const delivered = ledger.deliveries.all.find(
    (one) => one.group === group && one.position?.topic === topic && one.position.partition === partition,
  )
  if (first === undefined || (delivered !== undefined && delivered.began.seq < first.seq)) return 0
  return first.next
}

/**
 * A group is entitled to undelivered messages only if it certainly began with the oldest message. Of a message that is stored
 * twice, it may have got only the copy that was stored after it began.
 */
function isOwed(ledger: Ledger, { group, topic }: CommitLine, { op, position: here }: Occupant): boolean {
  const isCopied = ledger.positions.of(op).length > 1
  const isHere = ({ position }: Delivered): boolean => !isCopied || (position !== null && samePosition(position, here))
  if (ledger.deliveries.of(group, op).some(isHere)) return true
  const subscribed = ledger.groups.get(group, topic)
  return subscribed !== undefined && startsAtEarliest(subscribed) && ledger.operations.get(op) !== undefined
}

function whatHad(ledger: Ledger, group: string, op: string, { seq }: Advance): string {
  const before = ledger.deliveries.of(group, op).filter(({ began }) => began.seq < seq)
  const last = before.at(-1)
  if (last === undefined) return 'which had not been delivered'
  if (last.handled === null || last.handled.seq > seq) return 'whose handler had not ended'
  return 'which was neither handled nor dead-lettered'
}
