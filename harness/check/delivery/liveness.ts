import type { Detect } from '../detect.ts'
import { judgeCalm } from './liveness-calm.ts'
import { judgeRecovery } from './liveness-recovery.ts'

/** delivery/13: without faults everything is taken, and after the last heal the bus works again in time. */
export const liveness: Detect = (ledger, report) => ({
  end(complete) {
    if (!complete) return
    judgeCalm(ledger, report)
    judgeRecovery(ledger, report)
  },
})
