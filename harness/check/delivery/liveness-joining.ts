import type { Report } from '../check.ts'
import type { ConsumerRecord } from '../tracker/groups.ts'
import type { Ledger } from '../tracker/ledger.ts'
import type { Moment } from '../tracker/moment.ts'
import { rounded } from '../tracker/timing.ts'
import { isCalm } from './liveness-calm.ts'
import { boundAfter, healedAt, isHeldUp, wasLongEnough } from './liveness-recovery.ts'

/** Every consumer becomes a member in time, and none is refused unless a fault is near. No occasion, because every run has consumers. */
export function judgeJoining(ledger: Ledger, report: Report): void {
  const heal = ledger.phases.began('heal')
  if (heal === null) return
  for (const consumer of ledger.groups.consumers()) {
    const isRefused = consumer.settled !== null && consumer.subscribed === null
    if (isRefused) judgeRefusal(ledger, report, consumer, heal)
    else judgeWait(ledger, report, consumer, heal)
  }
}

const isBeforeItsEnd = ({ nodes }: Ledger, { node }: ConsumerRecord, moment: Moment): boolean =>
  (nodes.goneAt(node)?.seq ?? Infinity) > moment.seq

function judgeRefusal(ledger: Ledger, report: Report, consumer: ConsumerRecord, heal: Moment): void {
  const { settled, leaving, began, node, group } = consumer
  if (settled === null || leaving !== null || !isBeforeItsEnd(ledger, consumer, settled)) return
  const { deadline } = ledger.run.claims.recovery
  if (ledger.stalls.touch(began.at - deadline, settled.at)) return
  if (!isCalm(ledger) && began.at < healedAt(ledger, heal) + deadline) return
  report.violation({
    message: `${consumer.consumer} could not join group ${group}, but no fault was near`,
    expected: 'every subscription succeeds if no fault is near',
    actual: 'it was refused',
    consumer: consumer.consumer,
    node,
    group,
    at: settled.at,
  })
}

/** A subscription that settles only when its bus is closed has not succeeded. */
function judgeWait(ledger: Ledger, report: Report, consumer: ConsumerRecord, heal: Moment): void {
  const { began, subscribed, node, group } = consumer
  const from = began.seq < heal.seq ? Math.max(began.at, healedAt(ledger, heal)) : began.at
  const bound = boundAfter(ledger, from)
  const joined = subscribed !== null && subscribed.at <= bound && isBeforeItsEnd(ledger, consumer, subscribed)
  if (joined || !stays(ledger, consumer, bound) || !wasLongEnough(ledger, from) || isHeldUp(ledger, from)) return
  const { deadline } = ledger.run.claims.recovery
  report.violation({
    message: `${consumer.consumer} did not become a member of group ${group} within ${deadline} ms, but no fault was near`,
    expected: `subscribe() resolves by ${rounded(from + deadline)} ms, while its bus is open`,
    actual: subscribed === null ? 'it never did' : `it did at ${subscribed.at} ms`,
    consumer: consumer.consumer,
    node,
    group,
    at: rounded(from + deadline),
  })
}

/** It was not told to leave, and its node did not end, before the time was over or the run closed. */
function stays({ nodes, phases }: Ledger, { node, leaving }: ConsumerRecord, bound: number): boolean {
  const closing = phases.began('close')
  const gone = nodes.goneAt(node)
  const isEnd = (moment: Moment | null): boolean =>
    moment === null || moment.at > bound || (closing !== null && moment.seq > closing.seq)
  return isEnd(leaving) && isEnd(gone)
}
