import { ROLES } from '../../adapter.ts'
import type { Check } from '../check.ts'
import type { NodeRecord } from '../tracker/nodes.ts'
import { createBeforeAndAfter } from './before-and-after.ts'

/** resources/4: if one part of a bus cannot be closed in an orderly way, everything else is closed anyway. */
export const others: Check = {
  clause: 'resources/4',
  file: import.meta.url,
  detect: ({ nodes, faults }, report) => {
    const counts = createBeforeAndAfter()

    /** What obstructed its close; null if nothing did. */
    const hindrance = ({ node, closes, exited }: NodeRecord): string | null => {
      if (exited !== null || closes.length === 0) return null
      const from = Math.min(...closes.map(({ began }) => began.at))
      const to = Math.max(...closes.map(({ began, ended }) => ended?.at ?? began.at))
      const cut = ROLES.filter((role) => faults.landed(role, from, to))
      if (cut.length > 0) return `a fault of ${cut.join(' and ')} while it closed`
      return closes.some(({ ended }) => ended?.error != null) ? `${node} failed to close` : null
    }

    return {
      takes: counts.takes,
      step: counts.step,
      end() {
        for (const record of nodes.all()) {
          const reason = hindrance(record)
          const [before, left] = [counts.before.get(record.node), counts.after.get(record.node)]
          if (reason === null || before === undefined || left === undefined) continue
          report.occasion()
          const more = Object.entries(left.counts).filter(([kind, count]) => count > (before.counts[kind] ?? 0))
          if (more.length === 0) continue
          const held = more.map(([kind, count]) => `${count - (before.counts[kind] ?? 0)} ${kind}`).join(', ')
          report.violation({
            message: `${record.node} closed only partly: it still holds ${held} more than before`,
            expected: `everything is closed, despite ${reason}`,
            actual: more.map(([kind, count]) => `${kind}: ${count}`).join(', '),
            node: record.node,
            at: left.at,
          })
        }
      },
    }
  },
}
