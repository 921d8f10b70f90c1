import { idOf } from '../../history/ranks.ts'
import type { Check, Report } from '../check.ts'
import type { Position } from '../event.ts'
import { isWhole } from '../tracker/causes.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import { isDoneBefore } from '../tracker/in-time.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { join } from '../tracker/moment.ts'

/** dead-letter/4: the position is committed only after the dead letter was accepted. */
export const beforeCommit: Check = {
  clause: 'dead-letter/4',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end(complete) {
      if (!isWhole(ledger, complete)) return
      const seen = new Set<string>()
      for (const delivered of ledger.deliveries.all) {
        const { op, group } = delivered
        if (op === null || !ledger.outcomes.isTerminal(delivered)) continue
        const position = ledger.positions.from(op, delivered.position)
        if (position === null) continue
        const key = join(group, op, idOf(position))
        if (!seen.has(key)) judge(ledger, report, { op, position, failed: delivered })
        seen.add(key)
      }
    },
  }),
}

interface Failed {
  readonly op: string
  readonly position: Position
  readonly failed: Delivered
}

function judge(ledger: Ledger, report: Report, { op, position, failed }: Failed): void {
  const { group, node, handled } = failed
  const passed = ledger.commits.passed(group, position)
  // A commit before the handling had failed is early in another way.
  if (passed === null || handled === null || passed.seq < handled.seq) return
  report.occasion()
  if (isDoneBefore(ledger, { group, op, position }, passed)) return
  const done = ledger.outcomes.doneAt(group, op)
  report.violation({
    message: `group ${group} committed past ${op}, whose handling had failed for good, before its dead letter was accepted (early commit)`,
    expected: 'the dead letter is accepted first, then the position is committed',
    actual:
      done === null
        ? `committed at ${passed.at} ms, without any dead letter`
        : `committed at ${passed.at} ms, accepted at ${done.at} ms`,
    op,
    positions: [position],
    group,
    node,
    at: passed.at,
  })
}
