/** Whether the outcomes of queued publishes are reported correctly: each once, and all together when the queue is empty. */

import type { Detector, Report } from '../check.ts'
import type { Event, EventOf } from '../event.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isQueued } from '../tracker/operations.ts'
import { instant, named } from '../tracker/timing.ts'

/** A queue, as the bus reports it. */
interface Told {
  readonly node: string
  /** Called, and not settled: it may be queued already. */
  readonly calls: Set<string>
  readonly waiting: Set<string>
  /** The publishes that have left it since it was last empty. */
  recovered: readonly string[]
  failed: readonly string[]
  /** When the last queued publish was reported as settled, ms; null while some are queued, or once the queue is reported as drained. */
  emptied: number | null
}

export function queueTold(ledger: Ledger, report: Report): Required<Pick<Detector, 'step' | 'end'>> {
  const byNode = new Map<string, Told>()
  /** In the order of the reports; each publish must have exactly one. */
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
    const how = event.status === 'failed' ? 'failed' : 'recovered'
    told[how] = [...told[how], event.op]
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
    const { node } = told
    const expected = `${wentOf(told)}, reported once the last of them has left the queue`
    const others = leftOf(told)
    Object.assign(told, NOTHING)
    report.violation({
      message: `the queue of ${node} drained, but ${node} never reported how many publishes recovered and how many failed`,
      expected,
      actual: 'no report',
      others,
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
        const isDue = told.waiting.size === 0 && told.recovered.length + told.failed.length > 0
        if (isDue && ledger.nodes.get(told.node)?.exited == null) judgeUntold(told, ledger.now().at)
      }
    },
  }
}

const NOTHING = { recovered: [], failed: [], emptied: null } as const
const newTold = (node: string): Told => ({ node, calls: new Set(), waiting: new Set(), ...NOTHING })

function judgeDrained(report: Report, { node, at, recovered, failed }: EventOf<'drained'>, told: Told): void {
  const [waiting] = told.waiting
  if (waiting !== undefined)
    report.violation({
      message: `${node} reported an empty queue while ${waiting} was still in it`,
      expected: `${node} reports an empty queue only after the last publish has left it`,
      actual: `at ${instant(at)} ms ${named([...told.waiting])} ${told.waiting.size === 1 ? 'was' : 'were'} queued and unsettled`,
      op: waiting,
      others: [...told.waiting],
      node,
      at,
    })
  if (recovered === told.recovered.length && failed === told.failed.length) return
  report.violation({
    message: `${node} reported ${recovered} recovered and ${failed} failed; ${truthOf(told)}`,
    expected: `${told.recovered.length} recovered, ${told.failed.length} failed, as ${node}'s own reports of each publish say`,
    actual: `${recovered} recovered, ${failed} failed`,
    others: leftOf(told),
    node,
    at,
  })
}

/** The publishes that have left the queue since it was last empty. */
const leftOf = ({ recovered, failed }: Told): readonly string[] => [...recovered, ...failed]

/** For sentences: the outcomes of the publishes that have left the queue. */
const wentOf = ({ recovered, failed }: Told): string =>
  [
    { ops: recovered, how: 'recovered' },
    { ops: failed, how: 'failed' },
  ]
    .map(({ ops, how }) => `${ops.length} ${how}${ops.length === 0 ? '' : ` (${named(ops)})`}`)
    .join(' and ')

/** The same, as a sentence. */
function truthOf(told: Told): string {
  const { recovered, failed } = told
  const count = recovered.length + failed.length
  if (count === 0) return 'no publish had left the queue'
  if (count === 1)
    return `the only queued publish, ${leftOf(told).join()}, ${failed.length === 1 ? 'failed' : 'recovered'}`
  return `of ${count} queued publishes ${wentOf(told)}`
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
      message: `${op} was reported as leaving the queue of ${node}, but had never been in it`,
      actual: `${first.status} at ${at} ms; its publish ${how === undefined ? 'was never called' : `had ended as ${how}`}`,
      at,
    })
  else if (second !== undefined)
    report.violation({
      ...about,
      message: `${op} was reported twice as leaving the queue of ${node}`,
      actual: `${first.status} at ${at} ms, ${second.status} at ${second.at} ms`,
      at: second.at,
    })
}
