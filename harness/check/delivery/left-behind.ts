import { idOf } from '../../history/ranks.ts'
import type { Check, Report } from '../check.ts'
import type { Position } from '../event.ts'
import { isLong } from '../tracker/causes.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import type { ConsumerRecord, GroupOnTopic } from '../tracker/groups.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isBefore, type Moment } from '../tracker/moment.ts'
import { type Occupant, samePosition } from '../tracker/positions.ts'
import { isCalm } from './liveness-calm.ts'

/** delivery/15: in a run without faults, what a group has done is behind its committed positions in the end. */
export const leftBehind: Check = {
  clause: 'delivery/15',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end(complete) {
      const hasCommits = ledger.run.lacks?.committedOffsets === undefined
      if (!complete || !hasCommits || !isCalm(ledger)) return
      for (const group of everyGroup(ledger)) {
        for (const [partition, done] of doneIn(ledger, group)) judge(ledger, report, { group, partition, done })
        // A witness that reads positions now and then sees them late.
        if (ledger.run.witness === 'live') for (const one of group.consumers) judgeLeave(ledger, report, group, one)
      }
    },
  }),
}

function everyGroup({ groups }: Ledger): Set<GroupOnTopic> {
  const topics = new Set([...groups.consumers()].flatMap(({ topics }) => topics))
  return new Set([...topics].flatMap((topic) => groups.on(topic)))
}

/**
 * By partition, what the group did, in the order of the positions, from the first message that it was given to the first that it has
 * not done, or with which a member was so long that it may have lost the partition meanwhile.
 */
function doneIn(ledger: Ledger, { group, topic }: GroupOnTopic, by: Moment | null = null): Map<number, Occupant[]> {
  const given = givenIn(ledger, { group, topic }, by)
  const wasLong = ({ began, handled }: Delivered): boolean => handled !== null && isLong(ledger, handled.at - began.at)
  const partitions = new Set(given.flatMap(({ position }) => position?.partition ?? []))
  return new Map(
    [...partitions].map((partition) => {
      const all = [...ledger.positions.within(topic, partition)]
      const inOrder = all.sort((one, other) => one.position.offset - other.position.offset)
      const sorted = inOrder.slice(inOrder.findIndex(({ op }) => ledger.deliveries.of(group, op).length > 0))
      const open = sorted.findIndex(
        (occupant) =>
          !isDone(ledger, group, occupant) ||
          (by !== null && !isDoneBy(ledger, group, occupant, by)) ||
          ledger.deliveries.of(group, occupant.op).some(wasLong),
      )
      return [partition, open === -1 ? sorted : sorted.slice(0, open)]
    }),
  )
}

/** What the group was given, up to a moment or at all. */
const givenIn = (
  { deliveries }: Ledger,
  { group, topic }: Pick<GroupOnTopic, 'group' | 'topic'>,
  by: Moment | null,
): Delivered[] =>
  deliveries.all.filter(
    (one) => one.group === group && one.position?.topic === topic && (by === null || isBefore(one.began, by)),
  )

/** Nobody had it in hand any more by this moment. Copies of one message are left to the end. */
function isDoneBy({ deliveries, outcomes, positions }: Ledger, group: string, { op }: Occupant, by: Moment): boolean {
  const done = outcomes.doneAt(group, op)
  if (done === null || !isBefore(done, by) || positions.of(op).length > 1) return false
  const ended = ({ handled }: Delivered): boolean => handled !== null && isBefore(handled, by)
  return deliveries.of(group, op).every((one) => !isBefore(one.began, by) || ended(one))
}

/**
 * Of a message that is stored more than once, each copy is handled, or failed for good and has a dead letter of its own. A message that
 * came again and failed is not done while it may be tried once more, whoever had handled it before.
 */
function isDone(
  { deadLetters, deliveries, outcomes, positions }: Ledger,
  group: string,
  { op, position }: Occupant,
): boolean {
  if (outcomes.doneAt(group, op) === null) return false
  const copies = positions.of(op)
  if (copies.length === 1) {
    const latest = deliveries.of(group, op).at(-1)
    return latest?.handled?.outcome !== 'retryable' || outcomes.isTerminal(latest)
  }
  const lastAt = (place: Position): Delivered | undefined =>
    deliveries.of(group, op).findLast((one) => one.position !== null && samePosition(one.position, place))
  const isFailed = (last: Delivered | undefined): boolean => last !== undefined && outcomes.isTerminal(last)
  const last = lastAt(position)
  const failed = copies.filter((place) => isFailed(lastAt(place))).length
  return last?.handled?.outcome === 'ok' || (isFailed(last) && deadLetters.of(group, op).length >= failed)
}

/** Whether the partition may have been another one's before the member was told to leave. */
function mayHaveLost({ groups }: Ledger, { consumer, group, position, began }: Delivered, leaving: number): boolean {
  const before = leaving - MOMENT
  return groups.reassigned(consumer, position, began.at, before) ?? groups.changed(group, began.at, before)
}

/** The leave itself is a change too, ms. */
const MOMENT = 0.001

interface Tried {
  readonly group: string
  readonly partition: number
  readonly by: Moment
}

/** Whether a message of the partition had failed by then and was still to be tried: the member may have gone back to before it. */
function isTriedAgain(ledger: Ledger, given: readonly Delivered[], { group, partition, by }: Tried): boolean {
  const own = given.filter(({ position }) => position?.partition === partition)
  return own.some(({ op, handled }) => {
    if (op === null || handled?.outcome !== 'retryable') return false
    const done = ledger.outcomes.doneAt(group, op)
    return done === null || !isBefore(done, by)
  })
}

/** What a member had done when it had left, in the partitions that were its own last, is committed by then. */
function judgeLeave(
  ledger: Ledger,
  report: Report,
  group: GroupOnTopic,
  { consumer, leaving, left }: ConsumerRecord,
): void {
  if (leaving === null || left === null || ledger.stalls.touch(0, ledger.now().at)) return
  const given = givenIn(ledger, group, left)
  for (const [partition, done] of doneIn(ledger, group, left)) {
    const last = given.findLast(({ position }) => position?.partition === partition)
    if (last?.consumer !== consumer || done.length === 0) continue
    if (mayHaveLost(ledger, last, leaving.at)) continue
    if (isTriedAgain(ledger, given, { group: group.group, partition, by: left })) continue
    report.kind('a member that left')
    const open = done.find(({ position }) => {
      const passed = ledger.commits.passed(group.group, position)
      return passed === null || !isBefore(passed, left)
    })
    if (open === undefined) continue
    report.violation({
      message: `${consumer} left group ${group.group} and had not committed a position behind ${open.op} at ${idOf(open.position)} of ${group.topic}/${partition}, which was done (missing commit)`,
      expected: 'a committed position behind everything in a row that was done when it had left',
      actual: 'none by then',
      op: open.op,
      positions: [open.position],
      consumer,
      group: group.group,
      at: left.at,
    })
    return
  }
}

interface Done {
  readonly group: GroupOnTopic
  readonly partition: number
  readonly done: readonly Occupant[]
}

/**
 * One violation for each partition, which names the first message that is not committed. After a stall of the machine a commit
 * may have run into its time-out, and what is left says nothing.
 */
function judge(ledger: Ledger, report: Report, { group: { group, topic }, partition, done }: Done): void {
  const left = done.filter(({ position }) => ledger.commits.passed(group, position) === null)
  const isStalled = ledger.stalls.touch(0, ledger.now().at)
  report.occasion(isStalled ? done.length - left.length : done.length)
  const [first] = left
  if (first === undefined || isStalled) return
  const { op, position } = first
  report.violation({
    message: `group ${group} has done ${op} at ${idOf(position)} of ${topic}/${partition}, and never committed a position behind it (missing commit)`,
    expected: 'a committed position behind everything that the group did, once its consumers had closed',
    actual: `${left.length} of ${done.length} messages lie behind no committed position`,
    op,
    positions: [position],
    group,
    at: ledger.now().at,
  })
}
