import type { Check, Report } from '../check.ts'
import { type Excuse, isLong, isWhole, mayBeStoredTwice } from '../tracker/causes.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import { type GroupOnTopic, isEntitled } from '../tracker/groups.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isAcknowledged, type Operation, outcomeOf } from '../tracker/operations.ts'
import { samePosition } from '../tracker/positions.ts'
import { excuseOfAgain } from '../tracker/redeliveries.ts'

/** delivery/5: every group receives every message and, apart from redeliveries, one member of each group does. */
export const groups: Check = {
  clause: 'delivery/5',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end(complete) {
      for (const operation of ledger.operations.all()) {
        const subscribed = ledger.groups.on(operation.topic)
        if (complete) judgeAll(ledger, report, operation, subscribed)
        if (isWhole(ledger, complete)) for (const { group } of subscribed) judgeOne(ledger, report, operation, group)
      }
    },
  }),
}

/** No group may miss a message that another group received. */
function judgeAll(ledger: Ledger, report: Report, operation: Operation, subscribed: readonly GroupOnTopic[]): void {
  const drained = ledger.phases.began('drain') !== null && ledger.run.claims.delivery !== 'at-most-once'
  if (!drained || !isAcknowledged(operation)) return
  const { op, topic } = operation
  const until = ledger.phases.began('close') ?? ledger.now()
  const owed = subscribed.filter(
    (one) => isEntitled(one, operation) && ledger.groups.live(one.group, topic, until).length > 0,
  )
  const served = owed.find(({ group }) => ledger.deliveries.handledOk(group, op) !== null)
  if (owed.length < 2 || served === undefined) return
  report.occasion()
  report.kind('several groups')
  for (const { group } of owed) {
    if (ledger.deliveries.of(group, op).length > 0 || ledger.outcomes.doneAt(group, op) !== null) continue
    report.violation({
      message: `${op} was handled by group ${served.group}, but group ${group} never got it`,
      expected: `${op} delivered to ${owed.map((one) => one.group).join(' and ')}`,
      actual: `not delivered to ${group}`,
      op,
      group,
      at: outcomeOf(operation)?.at ?? operation.began.at,
    })
  }
}

/** Without faults, two members of a group must not receive the same message. */
function judgeOne(ledger: Ledger, report: Report, operation: Operation, group: string): void {
  const deliveries = ledger.deliveries.of(group, operation.op)
  const first = deliveries[0]
  if (first === undefined || ledger.groups.live(group, operation.topic, first.began).length < 2) return
  const second = deliveries.find(({ consumer }) => consumer !== first.consumer)
  const excuse = second === undefined ? 'cause' : excuseOf(ledger, operation, first, second)
  // A second delivery during a stall says nothing about a run without one.
  if (excuse !== 'stall') {
    report.occasion()
    report.kind('several members')
  }
  if (second === undefined || excuse !== null) return
  report.violation({
    message: `${operation.op} went to two members of group ${group} without a fault: to ${first.consumer} and to ${second.consumer} (duplicate delivery)`,
    expected: 'one member of the group gets it, unless members change, the network fails or a handler runs long',
    actual: `${first.consumer} at ${first.began.at} ms, ${second.consumer} at ${second.began.at} ms`,
    op: operation.op,
    consumer: second.consumer,
    group,
    node: second.node,
    at: second.began.at,
  })
}

function excuseOf(ledger: Ledger, operation: Operation, first: Delivered, second: Delivered): Excuse {
  const elsewhere =
    first.position !== null && second.position !== null && !samePosition(first.position, second.position)
  const isCaused =
    elsewhere ||
    mayBeStoredTwice(ledger, operation) ||
    ledger.deliveries
      .of(first.group, operation.op)
      .some(
        ({ consumer, began, handled }) =>
          consumer === first.consumer && isLong(ledger, Math.min(handled?.at ?? Infinity, second.began.at) - began.at),
      )
  return isCaused ? 'cause' : excuseOfAgain(ledger, second)
}
