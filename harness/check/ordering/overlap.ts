import type { Check } from '../check.ts'
import { isWhole } from '../tracker/causes.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import { createHoldings } from '../tracker/holdings.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { join, type Moment } from '../tracker/moment.ts'
import { excuseFor, hasLetGo } from './excuses.ts'

interface Overlap {
  readonly key: string
  readonly running: Delivered
  readonly second: Delivered
  /** The key went from one member to another. */
  readonly isMoved: boolean
}

/** What must be handled one after the other; null for messages without a key. */
function lineOf(
  { operations }: Ledger,
  { group, topic, op, content }: Delivered,
): { line: string; key: string } | null {
  const operation = operations.get(op)
  const key = operation?.content.key ?? content.key
  const hasKey = operation?.hasKey ?? key !== 'null'
  return hasKey ? { line: join(group, topic, key), key } : null
}

/** ordering/4: one key's handler never runs twice at once under members that both hold the assignment. */
export const overlap: Check = {
  clause: 'ordering/4',
  file: import.meta.url,
  detect: (ledger, report) => {
    const running = new Map<string, Set<Delivered>>()
    /** Who was given each key last. */
    const served = new Map<string, string>()
    const overlaps: Overlap[] = []
    const holdings = createHoldings()

    const begin = (second: Delivered, moment: Moment): void => {
      const found = lineOf(ledger, second)
      if (found === null) return
      const { line, key } = found
      const isMoved = (served.get(line) ?? second.consumer) !== second.consumer
      const known = overlaps.length
      served.set(line, second.consumer)
      const others = running.get(line) ?? new Set()
      running.set(line, others)
      for (const other of others) {
        if (other.consumer === second.consumer || !hasLetGo(ledger, holdings, other, moment)) {
          overlaps.push({ key, running: other, second, isMoved })
        }
      }
      if (isMoved && overlaps.length === known) report.occasion()
      others.add(second)
    }

    return {
      takes: [...holdings.takes, 'deliver', 'handled'],
      step(event, moment) {
        holdings.step(event)
        if (event.type !== 'deliver' && event.type !== 'handled') return
        const delivered = ledger.deliveries.get(event.delivery)
        if (delivered === undefined) return
        if (event.type === 'deliver') begin(delivered, moment)
        else running.get(lineOf(ledger, delivered)?.line ?? '')?.delete(delivered)
      },
      // Whether a fault was near may be known only when it has ended.
      end(complete) {
        for (const found of overlaps) {
          const { running: first, second, isMoved } = found
          const excuse = excuseFor(ledger, first, second)
          if (isMoved && excuse !== 'stall') report.occasion()
          if (first.handled === null && !isWhole(ledger, complete)) continue
          if (excuse === null) report.violation(twiceAtOnce(found))
        }
      },
    }
  },
}

function twiceAtOnce({ key, running: first, second }: Overlap) {
  const [before, after] = [first.op ?? 'a message', second.op ?? 'a message']
  return {
    message: `the handler of key ${key} in group ${second.group} ran twice at once: ${after} came while ${before} was being handled`,
    expected: `${first.consumer} finishes ${before} before ${second.consumer} gets ${after}`,
    actual: `${first.consumer} from ${first.began.at} to ${first.handled?.at ?? '…'} ms, ${second.consumer} from ${second.began.at} ms`,
    group: second.group,
    node: second.node,
    at: second.began.at,
    op: second.op,
    others: [first.op],
    consumer: second.consumer,
  }
}
