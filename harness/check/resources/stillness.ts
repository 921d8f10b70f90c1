import type { Detect, Report } from '../check.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import type { ConsumerRecord } from '../tracker/groups.ts'
import type { Ledger } from '../tracker/ledger.ts'
import type { Moment } from '../tracker/moment.ts'
import type { NodeRecord } from '../tracker/nodes.ts'
import { isAcknowledged, outcomeOf } from '../tracker/operations.ts'

/** What had closed, and when its close had resolved. */
interface Closed extends Moment {
  readonly what: string
}

/**
 * resources/2: once the close of a consumer or of its bus has resolved, none of its handlers runs any more, and nothing
 * is delivered to it. The events of one process come in order, so their places in the history decide, not their times.
 */
export const stillness: Detect = (ledger, report) => {
  const left = new Map<string, Closed>()

  const closedOf = ({ consumer, node }: Delivered): Closed | null => {
    const own = left.get(consumer) ?? null
    const bus = busClosed(ledger.nodes.get(node))
    if (own === null || bus === null) return own ?? bus
    return own.seq < bus.seq ? own : bus
  }

  return {
    takes: ['unsubscribed'],
    step(event, moment) {
      if (event.type !== 'unsubscribed' || event.error !== undefined || left.has(event.consumer)) return
      left.set(event.consumer, { ...moment, what: event.consumer })
    },
    end(complete) {
      const isKilled = (node: string): boolean => ledger.nodes.get(node)?.exited != null
      for (const consumer of ledger.groups.consumers()) {
        if (!isKilled(consumer.node) && left.has(consumer.consumer) && isBusy(ledger, consumer)) report.occasion()
      }
      for (const delivered of ledger.deliveries.all) {
        const closed = isKilled(delivered.node) ? null : closedOf(delivered)
        if (closed !== null) judge(report, delivered, closed, complete)
      }
    },
  }
}

/** The first call of close that resolved. */
function busClosed(record: NodeRecord | undefined): Closed | null {
  const ends = (record?.closes ?? []).flatMap(({ ended }) => (ended !== null && ended.error === null ? [ended] : []))
  const first = ends.sort((one, other) => one.seq - other.seq)[0]
  return first === undefined || record === undefined ? null : { at: first.at, seq: first.seq, what: record.node }
}

function judge(report: Report, delivered: Delivered, closed: Closed, complete: boolean): void {
  const { node, op, group, consumer, began, handled } = delivered
  const message = op ?? 'a message'
  const about = { node, consumer, group, op }
  const resolved = `close of ${closed.what} resolved at ${closed.at} ms`
  if (began.seq > closed.seq) {
    report.violation({
      ...about,
      message: `${message} was delivered to ${consumer} after close of ${closed.what} had resolved`,
      expected: 'nothing is delivered after close',
      actual: `${resolved}, the handler was called at ${began.at} ms`,
      at: began.at,
    })
  } else if (handled === null ? complete : handled.seq > closed.seq) {
    report.violation({
      ...about,
      message: `the handler of ${consumer} still ran with ${message} when close of ${closed.what} had resolved`,
      expected: 'close waits for running handlers',
      actual: `${resolved}, the handler ${handled === null ? 'never ended' : `ended at ${handled.at} ms`}`,
      at: closed.at,
    })
  }
}

/** A handler of it ran when it was told to leave, or an acknowledged message waited for its group. */
function isBusy(ledger: Ledger, { consumer, group, topics, leaving }: ConsumerRecord): boolean {
  if (leaving === null) return false
  const isLater = (moment: Moment | null): boolean => moment === null || moment.seq > leaving.seq
  const isRunning = ledger.deliveries.all.some(
    (one) => one.consumer === consumer && one.began.seq < leaving.seq && isLater(one.handled),
  )
  const isOutstanding = (): boolean =>
    [...ledger.operations.all()].some(
      (one) =>
        topics.includes(one.topic) &&
        isAcknowledged(one) &&
        !isLater(outcomeOf(one)) &&
        isLater(ledger.outcomes.doneAt(group, one.op)),
    )
  return isRunning || isOutstanding()
}
