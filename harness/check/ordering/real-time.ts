import type { Check, Report } from '../check.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import { type GroupOnTopic, isEntitled } from '../tracker/groups.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { join, listIn } from '../tracker/moment.ts'
import { isAcknowledged, type Operation, outcomeOf } from '../tracker/operations.ts'

interface Reached {
  readonly operation: Operation
  readonly first: Delivered
}

/** ordering/3: a message that was acknowledged before another producer began to publish the same key is delivered first. */
export const realTime: Check = {
  clause: 'ordering/3',
  file: import.meta.url,
  detect: (ledger, report) => ({
    // A publish may be acknowledged after its message was delivered, hence at the end.
    end() {
      const byKey = new Map<string, Operation[]>()
      for (const operation of ledger.operations.all()) {
        if (!operation.hasKey || !isAcknowledged(operation)) continue
        listIn(byKey, join(operation.topic, operation.content.key)).push(operation)
      }
      for (const operations of byKey.values()) {
        for (const group of ledger.groups.on(operations[0]?.topic ?? '')) judge(ledger, report, operations, group)
      }
    },
  }),
}

function judge(ledger: Ledger, report: Report, operations: readonly Operation[], subscribed: GroupOnTopic): void {
  const reached = operations.flatMap((operation): readonly Reached[] => {
    const first = ledger.deliveries.of(subscribed.group, operation.op)[0]
    return first === undefined || !isEntitled(subscribed, operation) ? [] : [{ operation, first }]
  })
  countOccasions(ledger, report, reached)
  const inOrder = reached.toSorted((one, other) => one.first.began.seq - other.first.began.seq)
  /** Of each producer, the publish that began last among those delivered so far. */
  const latest = new Map<string, Reached>()
  for (const early of inOrder) {
    for (const late of latest.values()) {
      if (late.operation.producer === early.operation.producer || !precedes(ledger, early, late)) continue
      report.violation(inverted(subscribed.group, early, late))
      break
    }
    const { producer, began } = early.operation
    const known = latest.get(producer)
    if (known === undefined || known.operation.began.seq < began.seq) latest.set(producer, early)
  }
}

/** Each message before which one of another producer had been acknowledged. */
function countOccasions(ledger: Ledger, report: Report, reached: readonly Reached[]): void {
  /** Of each producer, what was acknowledged first: published one after the other, in the order of their beginnings. */
  const earliest = new Map<string, Reached>()
  for (const one of reached) {
    const known = earliest.get(one.operation.producer)
    if (known === undefined || settledSeq(one) < settledSeq(known)) earliest.set(one.operation.producer, one)
  }
  for (const later of reached) {
    const isPreceded = [...earliest.values()].some(
      (one) => one.operation.producer !== later.operation.producer && precedes(ledger, one, later),
    )
    if (isPreceded) report.occasion()
  }
}

const settledSeq = ({ operation }: Reached): number => outcomeOf(operation)?.seq ?? Number.POSITIVE_INFINITY

/** In real time: on real clocks those of two processes may differ by a millisecond. */
function precedes({ run }: Ledger, one: Reached, other: Reached): boolean {
  const settled = outcomeOf(one.operation)
  const { began } = other.operation
  if (settled === null || settled.seq > began.seq) return false
  return run.site === 'simulated' || settled.at + 1 <= began.at
}

function inverted(group: string, early: Reached, late: Reached) {
  const { op: sooner, producer: before, content } = early.operation
  const { op: later, producer: after, began } = late.operation
  return {
    message: `${later} of ${after} came before ${sooner} of ${before} in group ${group}, but ${sooner} was acknowledged before ${later} was published with the same key ${content.key} (real-time inversion)`,
    expected: `${sooner} delivered before ${later}`,
    actual: `${sooner} acknowledged at ${outcomeOf(early.operation)?.at} ms, ${later} published at ${began.at} ms and delivered at ${late.first.began.at} ms, ${sooner} delivered at ${early.first.began.at} ms`,
    op: later,
    others: [sooner],
    consumer: late.first.consumer,
    group,
    node: late.first.node,
    at: early.first.began.at,
  }
}
