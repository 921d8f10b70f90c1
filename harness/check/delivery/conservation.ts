import type { Check } from '../check.ts'
import { isEntitled } from '../tracker/groups.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isAcknowledged, isQueued, type Operation, outcomeOf } from '../tracker/operations.ts'
import { counted } from '../tracker/timing.ts'
import { isAccountedFor, isPending } from './accounted.ts'
import { anomalyOf, lostPart } from './lost.ts'

/** delivery/1: acknowledged = handled + dead-lettered + pending, for each group. */
export const conservation: Check = {
  clause: 'delivery/1',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end(complete) {
      if (!complete || ledger.phases.began('drain') === null) return
      for (const operation of ledger.operations.everything()) {
        if (!isAcknowledged(operation) && !isPromised(operation)) continue
        for (const group of ledger.groups.on(operation.topic)) {
          if (!isEntitled(group, operation) || isPending(ledger, group)) continue
          report.occasion()
          if (!isAccountedFor(ledger, group.group, operation.op)) report.violation(lost(ledger, operation, group.group))
        }
      }
    },
  }),
}

/** The row is stored, and with it that its event will be published. */
const isPromised = (operation: Operation): boolean => operation.write?.isStored === true && isQueued(operation)

function lost(ledger: Ledger, operation: Operation, group: string) {
  const { op, node } = operation
  const where = whereLost(ledger, group, operation)
  const part = lostPart(ledger, group, operation)
  return {
    message: `${op} was acknowledged and is lost to group ${group}: ${where} (${anomalyOf(ledger, group, op)}, ${part})`,
    expected: `${op} handled in ${group}, or dead-lettered there, once the bus has drained`,
    actual: where,
    op,
    group,
    node,
    at: outcomeOf(operation)?.at ?? 0,
  }
}

function whereLost(ledger: Ledger, group: string, operation: Operation): string {
  const { op, topic } = operation
  const deliveries = ledger.deliveries.of(group, op)
  const last = deliveries.at(-1)
  if (last?.handled != null)
    return `it was delivered but not handled: its handler rejected it ${counted(deliveries.length, 'time')}, and no dead letter was stored`
  if (last !== undefined) return `it was delivered to ${last.consumer}, whose handler never ended`
  if (ledger.run.witness === 'none') {
    const other = ledger.groups.on(topic).find((one) => ledger.deliveries.of(one.group, op).length > 0)
    return other === undefined
      ? 'it was never delivered to the group'
      : `it was stored but never delivered to the group, as group ${other.group} shows`
  }
  if (ledger.positions.storedAt(op) !== null) return 'it was stored but never delivered to the group'
  return ledger.operations.receivedOf(operation) > 0
    ? 'it reached the broker but was never stored'
    : 'it never reached the broker'
}
