/** Messages of one producer first reach a group in the order in which they were sent. */
import type { Report } from '../check.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import { type GroupOnTopic, isEntitled } from '../tracker/groups.ts'
import type { Ledger } from '../tracker/ledger.ts'
import type { Operation } from '../tracker/operations.ts'

/** A message, and the first call of a group's handler with it. */
export interface Reached {
  readonly operation: Operation
  readonly first: Delivered
}

/** Those of the messages that reached the group, which was entitled to them. */
export const reachedOf = (
  { deliveries }: Ledger,
  operations: readonly Operation[],
  subscribed: GroupOnTopic,
): readonly Reached[] =>
  operations.flatMap((operation) => {
    const first = deliveries.of(subscribed.group, operation.op)[0]
    // A copy that was stored before a group began is not its first; later ones tell nothing about the order.
    return first === undefined || !isEntitled(subscribed, operation) ? [] : [{ operation, first }]
  })

/** `sequence` in the order in which it was sent; `alike` says what its messages have in common. */
export function judgeSentOrder(ledger: Ledger, report: Report, sequence: readonly Reached[], alike: string): void {
  let latest: Reached | null = null
  for (const one of sequence) {
    if (latest !== null) report.occasion()
    if (latest === null || latest.first.began.seq < one.first.began.seq) latest = one
    else report.violation(overtaken(ledger, { late: latest, early: one }, alike))
  }
}

/** `late` was sent first, and yet `early` was delivered first. */
function overtaken(
  ledger: Ledger,
  { late, early }: { readonly late: Reached; readonly early: Reached },
  alike: string,
) {
  const { op: sooner, producer } = late.operation
  const { op: later } = early.operation
  const { consumer, group, node } = early.first
  return {
    message: `${later} overtook ${sooner} in group ${group}: ${producer} sent both ${alike}, ${sooner} first (${anomalyOf(ledger, late, early)})`,
    expected: `${sooner} delivered before ${later}`,
    actual: `${later} at ${early.first.began.at} ms, ${sooner} at ${late.first.began.at} ms`,
    op: later,
    others: [sooner],
    consumer,
    group,
    node,
    at: late.first.began.at,
  }
}

/** Stored in the wrong order, unless the places are known and right: then it was delivered in the wrong one. */
function anomalyOf({ positions }: Ledger, late: Reached, early: Reached): string {
  const [first, second] = [late, early].map(({ operation, first }) => positions.from(operation.op, first.position))
  const isRight =
    first != null && second != null && first.partition === second.partition && first.offset < second.offset
  return isRight ? 'overtaking redelivery' : 'send order'
}
