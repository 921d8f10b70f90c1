import type { Check, Report } from '../check.ts'
import { type Excuse, isLong, isWhole, mayBeStoredTwice } from '../tracker/causes.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isBefore, join, type Moment } from '../tracker/moment.ts'
import { samePosition } from '../tracker/positions.ts'
import { excuseOfAgain } from '../tracker/redeliveries.ts'

/** delivery/3: a message that a group handled successfully comes again only for a reason; with at-most-once, never. */
export const duplicates: Check = {
  clause: 'delivery/3',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end(complete) {
      if (!isWhole(ledger, complete)) return
      const seen = new Set<string>()
      for (const { group, op } of ledger.deliveries.all) {
        if (op === null || seen.has(join(group, op))) continue
        seen.add(join(group, op))
        judge(ledger, report, ledger.deliveries.of(group, op), op)
      }
    },
  }),
}

function judge(ledger: Ledger, report: Report, calls: readonly Delivered[], op: string): void {
  const done = calls.find(({ handled }) => handled?.outcome === 'ok')
  const ended = done?.handled ?? null
  if (done === undefined || ended === null) return
  if (ledger.run.claims.delivery === 'at-most-once') {
    report.occasion()
    const again = calls.find(({ began }) => isBefore(ended, began))
    if (again !== undefined)
      report.violation(twice(done, again, 'had handled it', `${op} handled once in ${again.group}`))
    return
  }
  const later = calls.filter(({ began }) => isBefore(done.began, began))
  const excuses = later.map((call) => excuseOf(ledger, done, call, op))
  const again = later[excuses.indexOf(null)]
  // A redelivery during a stall says nothing about a run without one.
  if (again !== undefined || !excuses.includes('stall')) report.occasion()
  if (again === undefined) return
  const taken = whenTaken(ledger, done, op)
  const had = isBefore(again.began, ended)
    ? 'was still handling it'
    : `had handled it${taken !== null && isBefore(taken, again.began) ? ' and committed' : ''}`
  report.violation(
    twice(
      done,
      again,
      had,
      'no further call of a handler, unless members change, the network fails, a handler runs long or it was stored twice',
    ),
  )
}

function twice(done: Delivered, again: Delivered, had: string, expected: string) {
  const { op, group, node, consumer, began } = again
  return {
    message: `${op} was delivered to ${consumer}, but group ${group} ${had} before (duplicate delivery)`,
    expected,
    actual: `delivered to ${done.consumer} at ${done.began.at} ms and handled at ${done.handled?.at} ms, delivered to ${consumer} again at ${began.at} ms`,
    op,
    consumer,
    group,
    node,
    at: began.at,
  }
}

/** When its commit was accepted; at once if no event shows the commits of the group; null if it never was. */
function whenTaken(
  { commits, positions }: Ledger,
  { group, topic, position, handled }: Delivered,
  op: string,
): Moment | null {
  const lines = commits.all().some((line) => line.group === group && line.topic === topic)
  if (!lines) return handled
  const place = positions.from(op, position)
  return place === null ? null : commits.passed(group, place)
}

function excuseOf(ledger: Ledger, done: Delivered, again: Delivered, op: string): Excuse {
  const operation = ledger.operations.get(op)
  const isSame = done.position !== null && again.position !== null && samePosition(done.position, again.position)
  if (!isSame && (operation === undefined || mayBeStoredTwice(ledger, operation))) return 'cause'
  if (goesBackBehindFailure(ledger, done, again, op)) return 'cause'
  if (keptItsPartition(ledger, done, again)) return null
  if (cameBehindLong(ledger, done)) return 'cause'
  const until = Math.min(done.handled?.at ?? again.began.at, again.began.at)
  return isLong(ledger, until - done.began.at) ? 'cause' : excuseOfAgain(ledger, again)
}

/** Whether one member received both, and its adapter reports that it lost the partition at no time between them. */
const keptItsPartition = ({ groups }: Ledger, { consumer, began }: Delivered, again: Delivered): boolean =>
  consumer === again.consumer && groups.reassigned(consumer, again.position, began.at, again.began.at) === false

/** Whether its member was busy for so long just before that it may have lost the partition, and worked on what it had fetched. */
const cameBehindLong = (ledger: Ledger, { consumer, began }: Delivered): boolean =>
  ledger.deliveries.all.some(
    (one) =>
      one.consumer === consumer &&
      one.handled !== null &&
      isBefore(one.handled, began) &&
      !isLong(ledger, began.at - one.handled.at) &&
      isLong(ledger, one.handled.at - one.began.at),
  )

/** A bus may go back to uncommitted messages to retry one that failed since. */
function goesBackBehindFailure(ledger: Ledger, done: Delivered, again: Delivered, op: string): boolean {
  const taken = whenTaken(ledger, done, op)
  if (taken !== null && isBefore(taken, again.began)) return false
  return ledger.deliveries.all.some(
    ({ group, topic, position, handled }) =>
      group === done.group &&
      topic === done.topic &&
      position?.partition === done.position?.partition &&
      handled !== null &&
      handled.outcome !== 'ok' &&
      isBefore(done.began, handled) &&
      isBefore(handled, again.began),
  )
}
