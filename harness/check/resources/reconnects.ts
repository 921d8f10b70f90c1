import type { Role } from '../../adapter.ts'
import type { Check } from '../check.ts'
import type { EventOf } from '../event.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import type { ConsumerRecord } from '../tracker/groups.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { counted, rounded } from '../tracker/timing.ts'

/** One that tries again after a wait of this many ms, or more on average, stays within the bound. */
const SHORTEST_WAIT = 10
/** What each may open at once before the first wait. */
const AT_ONCE = 5
/** A shorter fault says too little, ms. */
const LONG_ENOUGH = 200

/** resources/11: who finds its connections refused waits before it opens another. How often publishes do so is what retry/1 asks. */
export const reconnects: Check = {
  clause: 'resources/11',
  file: import.meta.url,
  detect: (ledger, report) => {
    const refusing = new Map<number, number>()
    const refused: Refused[] = []
    return {
      takes: ['fault', 'healed'],
      step(event) {
        if (event.type === 'fault' && refuses(event)) refusing.set(event.fault, event.at)
        if (event.type !== 'healed') return
        const from = refusing.get(event.fault)
        const { role, landed, at } = event
        if (from !== undefined && role !== 'system')
          refused.push({ role, from, to: at, connections: landed.connections })
      },
      end() {
        if (waitsLess(ledger)) return
        for (const one of refused) {
          const callers = countCallers(ledger, one)
          const duration = one.to - one.from
          if (duration < LONG_ENOUGH || callers === 0 || one.connections === 0) continue
          report.occasion()
          report.kind(one.role)
          const most = Math.floor(callers * (AT_ONCE + duration / SHORTEST_WAIT))
          if (one.connections <= most) continue
          report.violation({
            message: `all nodes together flood the ${one.role} link with connections while they are refused`,
            expected: `at most ${counted(most, 'connection')} in ${rounded(duration)} ms (${callers} ${WHO[one.role]})`,
            actual: counted(one.connections, 'connection'),
            at: one.to,
          })
        }
      },
    }
  },
}

interface Refused {
  readonly role: Role
  readonly from: number
  readonly to: number
  readonly connections: number
}

/** Who may try at the same time, each for itself. */
const WHO: Readonly<Partial<Record<Role, string>>> = {
  consume: 'members and partitions of theirs',
  'dead-letter': 'members, partitions of theirs and failed messages',
}

const refuses = ({ kind, role }: EventOf<'fault'>): boolean =>
  (kind === 'refuse' || kind === 'reset') && role !== 'system' && WHO[role] !== undefined

/** Whether the bus claims to try again sooner, as it may of a publish. */
function waitsLess({ run }: Ledger): boolean {
  const { retry } = run.claims
  return retry !== undefined && (retry.cap * (retry.jitter.low + retry.jitter.high)) / 2 < 2 * SHORTEST_WAIT
}

/** How many of {@link WHO} there are. */
function countCallers({ run, groups, deliveries }: Ledger, { role, from, to }: Refused): number {
  const isMember = ({ began, left }: ConsumerRecord): boolean => began.at <= to && (left === null || left.at >= from)
  const hasFailed = ({ handled }: Delivered): boolean =>
    handled !== null && handled.at <= to && handled.outcome !== 'ok'
  const members = [...groups.consumers()].filter(isMember).length * (1 + (run.partitions ?? 1))
  return role === 'dead-letter' ? members + deliveries.all.filter(hasFailed).length : members
}
