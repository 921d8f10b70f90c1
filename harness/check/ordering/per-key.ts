import type { Detect } from '../detect.ts'
import type { Report } from '../report.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import { type GroupOnTopic, isEntitled } from '../tracker/groups.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { join, listIn } from '../tracker/moment.ts'
import { isAcknowledged, type Operation } from '../tracker/operations.ts'

/** ordering/1: one producer's acknowledged messages of one key first reach each group in the order in which they were sent. */
export const perKey: Detect = (ledger, report) => ({
  // A publish may be acknowledged after its message was delivered, hence at the end.
  end() {
    const sequences = new Map<string, Operation[]>()
    for (const operation of ledger.operations.all()) {
      if (!operation.hasKey || !isAcknowledged(operation)) continue
      listIn(sequences, join(operation.topic, operation.content.key, operation.producer)).push(operation)
    }
    for (const sequence of sequences.values()) {
      for (const group of ledger.groups.on(sequence[0]?.topic ?? '')) judge(ledger, report, sequence, group)
    }
  },
})

function judge(ledger: Ledger, report: Report, sequence: readonly Operation[], subscribed: GroupOnTopic): void {
  let latest: { readonly operation: Operation; readonly first: Delivered } | null = null
  for (const operation of sequence) {
    const first = ledger.deliveries.of(subscribed.group, operation.op)[0]
    // A copy that was stored before a group began is not its first; later ones tell nothing about the order.
    if (first === undefined || !isEntitled(subscribed, operation)) continue
    if (latest !== null) report.occasion()
    if (latest === null || latest.first.began.seq < first.began.seq) latest = { operation, first }
    else report.violation(overtaken(subscribed.group, latest, { operation, first }))
  }
}

function overtaken(
  group: string,
  late: { readonly operation: Operation; readonly first: Delivered },
  early: { readonly operation: Operation; readonly first: Delivered },
) {
  const { op: sooner, content, producer } = late.operation
  const { op: later } = early.operation
  return {
    message: `${later} overtook ${sooner} in group ${group}: ${producer} sent both with key ${content.key}, ${sooner} first`,
    expected: `${sooner} delivered before ${later}`,
    actual: `${later} at ${early.first.began.at} ms, ${sooner} at ${late.first.began.at} ms`,
    op: later,
    group,
    node: early.first.node,
    at: late.first.began.at,
  }
}
