import type { BusStats } from '../../adapter.ts'
import type { Check } from '../check.ts'
import type { Event, EventOf } from '../event.ts'

/** What one bus must have counted, and what it may still count. */
interface Count {
  sent: number
  failed: number
  bytes: number
  /** Calls of `publish` that have not settled, and those that were only queued. */
  open: number
  /** How long the values of those under way are, by op. */
  readonly lengths: Map<string, number>
}

const ofTrial = ({ what }: EventOf<'trial'> | EventOf<'trial-ended'>): boolean =>
  what !== 'subscribe-closed' && what !== 'write-closed'

/** resources/6: a pool never exceeds its bound or has two producers for a topic, and the statistics are correct. */
export const statistics: Check = {
  clause: 'resources/6',
  file: import.meta.url,
  detect: ({ run }, report) => {
    const counts = new Map<string, Count>()
    const most = run.claims.pool?.most ?? Number.POSITIVE_INFINITY
    const countOf = (node: string): Count => {
      const found = counts.get(node) ?? { sent: 0, failed: 0, bytes: 0, open: 0, lengths: new Map() }
      counts.set(node, found)
      return found
    }

    const follow = (event: Event): void => {
      if (event.type === 'publish') begin(countOf(event.node), event.op, event.bytes ?? 0)
      else if (event.type === 'trial' && ofTrial(event)) begin(countOf(event.node), event.trial, 0)
      else if (event.type === 'published' || event.type === 'settled')
        settle(countOf(event.node), event.op, event.status)
      else if (event.type === 'trial-ended' && ofTrial(event))
        settle(countOf(event.node), event.trial, event.outcome === 'taken' ? 'queued' : 'failed')
    }

    const violate = ({ node, at }: EventOf<'stats'>, message: string, expected: string, actual: string): void =>
      report.violation({ message, expected, actual, node, at })

    const judgePool = (event: EventOf<'stats'>, { connections, producers = [] }: BusStats): void => {
      const { total, active, idle, waiting } = connections
      const told = `total ${total}, active ${active}, idle ${idle}, waiting ${waiting}`
      if (total > most) violate(event, `the pool of ${event.node} has grown to ${total}`, `at most ${most}`, told)
      if (active + idle !== total)
        violate(event, `the pool of ${event.node} does not add up`, 'total is what is active and what is idle', told)
      for (const { topic, total: made } of producers) {
        if (made > 1)
          violate(event, `${event.node} has ${made} producers for ${topic}`, 'one for each topic', `${made} at once`)
      }
    }

    const judgeCounts = (event: EventOf<'stats'>, stats: BusStats, { sent, failed, bytes }: Count): void => {
      const saw = { sent: `${sent} succeed`, failed: `${failed} fail`, bytes: `${bytes} bytes succeed` }
      const own = { sent, failed, bytes }
      const wrong = (['sent', 'failed', 'bytes'] as const).filter((name) => stats[name] !== own[name])
      if (wrong.length === 0) return
      violate(
        event,
        `${event.node} reports ${wrong.map((name) => `${name} ${stats[name]}`).join(', ')}; its callers saw ${wrong.map((name) => saw[name]).join(', ')}`,
        `sent ${sent}, failed ${failed}, bytes ${bytes}, by the callers' own count`,
        `sent ${stats.sent}, failed ${stats.failed}, bytes ${stats.bytes}`,
      )
    }

    return {
      takes: ['publish', 'trial', 'published', 'settled', 'trial-ended', 'stats'],
      step(event) {
        follow(event)
        if (event.type !== 'stats') return
        const { stats, when, node } = event
        if (stats === null) {
          report.occasion()
          return violate(event, `${node} did not report its statistics`, 'an answer', event.error?.message ?? 'none')
        }
        const isSettled = when === 'calm' && countOf(node).open === 0
        if (isSettled || stats.connections.total >= most) report.occasion()
        judgePool(event, stats)
        if (isSettled) judgeCounts(event, stats, countOf(node))
      },
    }
  },
}

function begin(count: Count, op: string, bytes: number): void {
  count.open += 1
  count.lengths.set(op, bytes)
}

/** What was queued may settle at any time, and so it stays open. */
function settle(count: Count, op: string, status: EventOf<'published'>['status']): void {
  const bytes = count.lengths.get(op)
  if (bytes === undefined || status === 'queued') return
  count.lengths.delete(op)
  count.open -= 1
  if (status === 'failed') count.failed += 1
  else {
    count.sent += 1
    count.bytes += bytes
  }
}
