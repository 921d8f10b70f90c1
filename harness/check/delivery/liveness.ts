import type { Check } from '../check.ts'
import { judgeCalm } from './liveness-calm.ts'
import { judgeJoining } from './liveness-joining.ts'
import { createOpenings } from './liveness-open.ts'
import { judgeRecovery } from './liveness-recovery.ts'

/** delivery/13: every bus opens; without faults every publish is acknowledged; every consumer becomes a member; the bus recovers in time. */
export const liveness: Check = {
  clause: 'delivery/13',
  file: import.meta.url,
  detect: (ledger, report) => {
    const openings = createOpenings()
    return {
      takes: openings.takes,
      step: openings.step,
      end(complete) {
        if (!complete) return
        openings.judge(ledger, report)
        judgeCalm(ledger, report)
        judgeJoining(ledger, report)
        judgeRecovery(ledger, report)
      },
    }
  },
}
