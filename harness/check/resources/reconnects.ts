import type { Role } from '../../adapter.ts'
import type { Check } from '../check.ts'
import type { EventOf } from '../event.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import type { ConsumerRecord } from '../tracker/groups.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { join } from '../tracker/moment.ts'
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
        if (event.type === 'fault' && refuses(ledger, event)) refusing.set(event.fault, event.at)
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
  consume: 'members and partitions',
  'dead-letter': 'members, partitions and failed messages',
}

/** Connections that a real link refuses are nowhere counted, those that it resets are. */
const refuses = ({ run }: Ledger, { kind, role }: EventOf<'fault'>): boolean =>
  (kind === 'reset' || (kind === 'refuse' && run.site === 'simulated')) && role !== 'system' && WHO[role] !== undefined

/** Whether the bus claims to try again sooner, as it may of a publish. */
function waitsLess({ run }: Ledger): boolean {
  const { retry } = run.claims
  return retry !== undefined && (retry.cap * (retry.jitter.low + retry.jitter.high)) / 2 < 2 * SHORTEST_WAIT
}

/** How many of {@link WHO} there are. A partition has one member of each group. */
function countCallers({ run, groups, deliveries, outcomes }: Ledger, { role, from, to }: Refused): number {
  const isMember = ({ began, left }: ConsumerRecord): boolean => began.at <= to && (left === null || left.at >= from)
  const members = [...groups.consumers()].filter(isMember)
  const read = new Set(members.flatMap(({ group, topics }) => topics.map((topic) => join(group, topic))))
  const loops = members.length + read.size * (run.partitions ?? 1)
  if (role !== 'dead-letter') return loops
  const isOpen = ({ group, op, handled }: Delivered): boolean =>
    handled !== null && handled.outcome !== 'ok' && handled.at <= to && !wasOver(outcomes, { group, op, from })
  const failed = deliveries.all.filter(isOpen).map(({ group, op }) => join(group, op ?? 'unreadable'))
  return loops + new Set(failed).size
}

/** Handled or dead-lettered before the fault began. */
function wasOver(
  outcomes: Ledger['outcomes'],
  { group, op, from }: Pick<Delivered, 'group' | 'op'> & { readonly from: number },
): boolean {
  const done = op === null ? null : outcomes.doneAt(group, op)
  return done !== null && done.at < from
}
