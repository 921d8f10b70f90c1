import type { Check } from '../check.ts'
import { startsAtEarliest } from '../tracker/groups.ts'
import { isBefore } from '../tracker/moment.ts'
import { isAcknowledged } from '../tracker/operations.ts'
import { isAccountedFor, isPending } from './accounted.ts'

/**
 * delivery/14: messages that are published after the system lost its disk reach the groups that had worked before. Such a group
 * has no position any more: if it begins at the latest message, it may begin behind them.
 */
export const afterDiskLoss: Check = {
  clause: 'delivery/14',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end(complete) {
      const lost = ledger.faults.diskLost()
      if (lost === null || !complete || ledger.phases.began('drain') === null) return
      for (const operation of ledger.operations.everything()) {
        if (!isBefore(lost, operation.began) || !isAcknowledged(operation)) continue
        for (const group of ledger.groups.on(operation.topic)) {
          const { firstSubscribed } = group
          if (firstSubscribed === null || !isBefore(firstSubscribed, lost)) continue
          if (!startsAtEarliest(group) || isPending(ledger, group)) continue
          report.occasion()
          if (isAccountedFor(ledger, group.group, operation.op)) continue
          const calls = ledger.deliveries.of(group.group, operation.op).length
          report.violation({
            message: `${operation.op} was acknowledged after the system restarted without its disk, and group ${group.group} never handled it`,
            expected: `${operation.op} handled in ${group.group}, or dead-lettered there, once the bus has drained`,
            actual:
              calls === 0 ? 'it was never delivered to the group' : `it was delivered to the group but not handled`,
            op: operation.op,
            group: group.group,
            node: operation.node,
            at: operation.began.at,
          })
        }
      }
    },
  }),
}
