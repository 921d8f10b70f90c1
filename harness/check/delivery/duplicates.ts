import type { Detect } from '../detect.ts'
import type { Report } from '../report.ts'
import { isLong, isWhole, mayBeStoredTwice, mayRedeliver } from '../tracker/causes.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { join, type Moment } from '../tracker/moment.ts'
import { samePosition } from '../tracker/positions.ts'

/** delivery/3: what a group has handled well and committed comes again only for a reason; at most once, for none. */
export const duplicates: Detect = (ledger, report) => ({
  end(complete) {
    if (!isWhole(ledger, complete)) return
    const seen = new Set<string>()
    for (const { group, op } of ledger.deliveries.all) {
      if (op === null || seen.has(join(group, op))) continue
      seen.add(join(group, op))
      judge(ledger, report, ledger.deliveries.of(group, op), op)
    }
  },
})

function judge(ledger: Ledger, report: Report, calls: readonly Delivered[], op: string): void {
  const done = calls.find(({ handled }) => handled?.outcome === 'ok')
  const ended = done?.handled ?? null
  if (done === undefined || ended === null) return
  const atMostOnce = ledger.run.claims.delivery === 'at-most-once'
  const taken = atMostOnce ? ended : whenTaken(ledger, done, op)
  if (taken === null) return
  report.occasion()
  const again = calls.find(
    (call) =>
      call.began.seq > ended.seq &&
      (atMostOnce || (call.began.seq > taken.seq && !isExplained(ledger, done, call, op))),
  )
  if (again === undefined) return
  report.violation({
    message: `${op} was given to ${again.consumer}, though group ${again.group} had handled it ${atMostOnce ? '' : 'and committed '}before`,
    expected: atMostOnce
      ? `${op} handled once in ${again.group}`
      : 'no further call of a handler, unless members change, the network fails, a handler is long or it was stored twice',
    actual: `handled well by ${done.consumer} at ${ended.at} ms, given to ${again.consumer} again at ${again.began.at} ms`,
    op,
    group: again.group,
    node: again.node,
    at: again.began.at,
  })
}

/** When its commit was taken; at once where nobody shows the commits of the group; null when it never was. */
function whenTaken(
  { commits, positions }: Ledger,
  { group, topic, position, handled }: Delivered,
  op: string,
): Moment | null {
  const lines = [...commits.all()].some((line) => line.group === group && line.topic === topic)
  if (!lines) return handled
  const place = positions.from(op, position)
  return place === null ? null : commits.passed(group, place)
}

function isExplained(ledger: Ledger, done: Delivered, again: Delivered, op: string): boolean {
  const operation = ledger.operations.get(op)
  const isSame = done.position !== null && again.position !== null && samePosition(done.position, again.position)
  return (
    (!isSame && (operation === undefined || mayBeStoredTwice(ledger, operation))) ||
    mayRedeliver(ledger, done.group, done.began.at, again.began.at) ||
    isLong(ledger, (done.handled?.at ?? again.began.at) - done.began.at)
  )
}
