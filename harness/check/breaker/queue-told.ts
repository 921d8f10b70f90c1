/** Whether what became of the queued publishes is told truly: of each once, and of all of them when nothing waits any more. */
import type { Event, EventOf } from '../../history/event.ts'
import type { Detector } from '../detect.ts'
import type { Report } from '../report.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isQueued } from '../tracker/operations.ts'

/** One queue, as it is told of. */
interface Told {
  readonly node: string
  /** Called, and not settled: it may be queued already. */
  readonly calls: Set<string>
  readonly waiting: Set<string>
  /** Since nothing was queued. */
  recovered: number
  failed: number
  /** When the last one of those that waited was told as settled, ms; null while some do, or when it was told that none does. */
  emptied: number | null
}

export function queueTold(ledger: Ledger, report: Report): Required<Pick<Detector, 'step' | 'end'>> {
  const byNode = new Map<string, Told>()
  /** In the order in which they were told; those of one publish must be one. */
  const settled = new Map<string, EventOf<'settled'>[]>()
  const toldOf = (node: string): Told => {
    const found = byNode.get(node) ?? newTold(node)
    byNode.set(node, found)
    return found
  }

  const settle = (event: EventOf<'settled'>): void => {
    const before = settled.get(event.op)
    settled.set(event.op, [...(before ?? []), event])
    if (before !== undefined) return
    const told = toldOf(event.node)
    told[event.status === 'failed' ? 'failed' : 'recovered'] += 1
    told.calls.delete(event.op)
    told.waiting.delete(event.op)
    if (told.waiting.size === 0 && told.calls.size === 0) told.emptied = event.at
  }

  const drain = (event: EventOf<'drained'>): void => {
    const told = toldOf(event.node)
    judgeDrained(report, event, told)
    Object.assign(told, NOTHING)
  }

  const judgeUntold = (told: Told, at: number): void => {
    const { node, recovered, failed } = told
    Object.assign(told, NOTHING)
    report.violation({
      message: `the queue of ${node} became empty, and ${node} did not report how many publishes recovered and how many failed`,
      expected: `${recovered} recovered and ${failed} failed, reported once the last one has left the queue`,
      actual: 'no report',
      node,
      at,
    })
  }

  return {
    step(event: Event) {
      if (event.type === 'settled') return settle(event)
      if (event.type === 'drained') return drain(event)
      const told = 'node' in event ? byNode.get(event.node) : undefined
      if (told?.emptied != null && event.at > told.emptied + ledger.run.slack) judgeUntold(told, told.emptied)
      if (event.type === 'publish') {
        toldOf(event.node).calls.add(event.op)
        toldOf(event.node).emptied = null
      }
      if (event.type !== 'published') return
      const own = toldOf(event.node)
      own.calls.delete(event.op)
      if (event.status === 'queued' && !settled.has(event.op)) own.waiting.add(event.op)
    },
    end(complete) {
      for (const events of settled.values()) judgeSettled(ledger, report, events)
      if (!complete) return
      for (const told of byNode.values()) {
        const isDue = told.waiting.size === 0 && told.recovered + told.failed > 0
        if (isDue && ledger.nodes.get(told.node)?.exited == null) judgeUntold(told, ledger.now().at)
      }
    },
  }
}

const NOTHING = { recovered: 0, failed: 0, emptied: null } as const
const newTold = (node: string): Told => ({ node, calls: new Set(), waiting: new Set(), ...NOTHING })

function judgeDrained(report: Report, { node, at, recovered, failed }: EventOf<'drained'>, told: Told): void {
  const [waiting] = told.waiting
  if (waiting !== undefined)
    report.violation({
      message: `${node} reported its queue as empty while ${waiting} was still in it`,
      expected: 'reported once the last one has left the queue',
      actual: `${told.waiting.size} queued and not settled at ${at} ms`,
      op: waiting,
      node,
      at,
    })
  if (recovered === told.recovered && failed === told.failed) return
  report.violation({
    message: `${node} reported a recovery of its queue with wrong counts`,
    expected: `${told.recovered} recovered and ${told.failed} failed, as it had reported of each publish`,
    actual: `${recovered} recovered and ${failed} failed`,
    node,
    at,
  })
}

/** Each was queued, and settled once. */
function judgeSettled({ operations, trials }: Ledger, report: Report, events: readonly EventOf<'settled'>[]): void {
  const [first, second] = events
  if (first === undefined || trials.get(first.op) !== undefined) return
  const { op, node, at } = first
  const operation = operations.get(op)
  const about = { op, node, expected: `one outcome of each publish that was queued, and of no other` }
  const how = operation?.settled?.status
  if (operation === undefined || (operation.settled !== null && !isQueued(operation)))
    report.violation({
      ...about,
      message: `${op} was told as leaving the queue of ${node}, where it had never been`,
      actual: `${first.status} at ${at} ms; its publish ${how === undefined ? 'was never called' : `had ended as ${how}`}`,
      at,
    })
  else if (second !== undefined)
    report.violation({
      ...about,
      message: `${op} was told as leaving the queue of ${node} twice`,
      actual: `${first.status} at ${at} ms, ${second.status} at ${second.at} ms`,
      at: second.at,
    })
}
