import type { Check } from '../check.ts'
import type { EventOf } from '../event.ts'
import { createBeforeAndAfter } from './before-and-after.ts'
import { mayStay } from './may-stay.ts'

/** resources/1: after close, everything that is counted is back at the baseline, except for members that could not leave. */
export const baseline: Check = {
  clause: 'resources/1',
  file: import.meta.url,
  detect: (ledger, report) => {
    const counts = createBeforeAndAfter()

    const judge = ({ owner, counts, owners, at }: EventOf<'resources'>, before: EventOf<'resources'>): void => {
      report.occasion()
      for (const [kind, count] of Object.entries(counts)) {
        const allowed = owner === 'server' && kind === 'members' ? mayStay(ledger, at) : 0
        const expected = (before.counts[kind] ?? 0) + allowed
        if (count <= expected) continue
        report.violation({
          message: `${owner} still has ${count - expected} more ${kind} after close than ${allowed > 0 ? 'may stay' : 'before'} (leak)`,
          expected: `${kind}: ${expected}`,
          actual: `${kind}: ${count}${heldBy(owners?.[kind])}`,
          node: owner,
          at,
        })
      }
    }

    return {
      takes: counts.takes,
      step: counts.step,
      end() {
        for (const [owner, event] of counts.after) {
          const before = counts.before.get(owner)
          if (before !== undefined) judge(event, before)
        }
      },
    }
  },
}

const heldBy = (owners: readonly string[] = []): string => (owners.length === 0 ? '' : ` (${owners.join('; ')})`)
