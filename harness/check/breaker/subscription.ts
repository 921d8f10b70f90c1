import type { Check, Report } from '../check.ts'
import { isAccountedFor, isPending } from '../delivery/accounted.ts'
import { supportOf } from '../retry/support.ts'
import { isWhole, wasTouched } from '../tracker/causes.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import { isEntitled } from '../tracker/groups.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { listIn } from '../tracker/moment.ts'
import { type Operation, outcomeOf } from '../tracker/operations.ts'
import type { LeftClosed, OpenPeriod, Subscription } from '../tracker/subscriptions.ts'
import { counted, earliest, instant, rounded } from '../tracker/timing.ts'
import { servedUntil } from './served-until.ts'
import { soleNode } from './sole-node.ts'

/** On real clocks another member may be given a message before the bus has heard of the failure of the first, ms. */
const UNHEARD = 100
/** Timers take whole milliseconds: the rest of a reset time is rounded up. */
const WHOLE = 1

/** breaker/13: the breaker of a subscription opens at its threshold, keeps everything back until its reset time, and then lets one probe through. */
export const subscription: Check = {
  clause: 'breaker/13',
  file: import.meta.url,
  detect(ledger, report) {
    /** What was acknowledged while a breaker was open. */
    const waiting = new Map<OpenPeriod, Operation[]>()
    return {
      takes: ['published', 'settled'],
      step(event, moment) {
        if ((event.type !== 'published' && event.type !== 'settled') || event.status !== 'acknowledged') return
        const operation = ledger.operations.get(event.op)
        if (operation === undefined) return
        for (const group of ledger.groups.on(operation.topic)) {
          if (!isEntitled(group, operation) || ledger.deliveries.of(group.group, operation.op).length > 0) continue
          const node = soleNode(ledger, group, moment)
          if (node === null) continue
          const open = ledger.subscriptions.open(node, group.group, group.topic)
          if (open !== null) listIn(waiting, open).push(operation)
        }
      },
      end(complete) {
        if (!isWhole(ledger, complete)) return
        for (const one of ledger.subscriptions.all()) {
          report.occasion(one.restarts)
          report.kind('a success that restarted the count', one.restarts)
          for (const last of one.leftClosed) judgeClosed(ledger, report, one, last)
          for (const period of one.periods) judgeOpen(ledger, report, period, waiting.get(period) ?? [])
        }
        if (complete) for (const [period, operations] of waiting) judgeKept(ledger, report, period, operations)
      },
    }
  },
}

const claimed = ({ run }: Ledger): { failures: number; reset: number } =>
  run.claims.subscriberBreaker ?? { failures: Number.POSITIVE_INFINITY, reset: 0 }

const about = ({ group, node }: Subscription, { consumer, op, began }: Delivered) => ({
  ...{ group, node, consumer, op },
  at: began.at,
})

/** How long after the call its message, or the next one if it is done with, may take to come where no breaker is open, ms. */
function longestPause({ run, outcomes, tries }: Ledger, call: Delivered): number {
  const { handling, publish } = run.claims
  const isOver = call.handled?.outcome === 'ok' || outcomes.isTerminal(call)
  if (handling === undefined || isOver) return publish.timeout
  return supportOf(handling, tries.of(call)?.number ?? 1).most
}

/** A breaker that is closed keeps nothing back. */
function judgeClosed(ledger: Ledger, report: Report, of: Subscription, { call, failures, next }: LeftClosed): void {
  const { run, operations } = ledger
  if (next === null || call.handled === null) return
  const ended = call.handled.at
  const from = next.op === call.op ? ended : Math.max(ended, acknowledgedAt(operations.get(next.op)))
  const waited = next.began.at - from
  const { reset, failures: most } = claimed(ledger)
  if (next.began.at - ended < earliest(run, reset) || waited <= longestPause(ledger, call) + run.slack) return
  if (wasTouched(ledger, of.group, ended, next.began.at)) return
  const why = failures === 0 ? 'its probe had succeeded' : `${counted(failures, 'failure')} in a row`
  report.violation({
    ...about(of, next),
    others: [call.op],
    message: `group ${of.group} was kept from ${next.op} for ${rounded(waited)} ms although its breaker was closed: ${why}`,
    expected: `${next.op} without a reset time: the breaker opens at ${counted(most, 'failure')} in a row`,
    actual: `${next.op} came ${rounded(waited)} ms after ${call.op} had ended`,
  })
}

const acknowledgedAt = (operation: Operation | undefined): number =>
  (operation === undefined ? null : outcomeOf(operation))?.at ?? Number.POSITIVE_INFINITY

function judgeOpen(ledger: Ledger, report: Report, period: OpenPeriod, waiting: readonly Operation[]): void {
  const { subscription: of, opener, early, beside, probe, ended } = period
  const opened = `its breaker opened at ${instant(period.at)} ms with ${opener.op}, at ${counted(period.failures, 'failure')} in a row`
  const tooEarly = early.find((one) => !mayBeUnheard(ledger, period, one))
  if (tooEarly !== undefined)
    report.violation({
      ...about(of, tooEarly),
      others: [opener.op],
      message: `group ${of.group} was given ${tooEarly.op} while its breaker was open`,
      expected: `nothing of ${of.topic} before ${instant(period.until)} ms, the end of its reset time`,
      actual: `${tooEarly.op} came at ${instant(tooEarly.began.at)} ms, and ${opened}`,
    })
  const [second] = beside
  if (second !== undefined && probe !== null)
    report.violation({
      ...about(of, second),
      others: [probe.op],
      message: `group ${of.group} was given ${second.op} while ${probe.op} was the probe of its breaker`,
      expected: 'one probe, and nothing else until it ends',
      actual: `${probe.op} came at ${instant(probe.began.at)} ms, ${second.op} at ${instant(second.began.at)} ms`,
    })
  if (ended !== null) {
    report.occasion()
    report.kind(ended.closed ? 'closed by a probe that succeeded' : 'opened again by a probe that failed')
  }
  judgeProbed(ledger, report, period, waiting)
}

/** A member that is not the one whose call failed. */
function mayBeUnheard({ run }: Ledger, { at, opener }: OpenPeriod, early: Delivered): boolean {
  return early.consumer !== opener.consumer && early.began.at - at <= Math.min(run.slack, UNHEARD)
}

/** What waits is tried once the reset time is over: the message that failed, or else one that came meanwhile. */
function judgeProbed(ledger: Ledger, report: Report, period: OpenPeriod, waiting: readonly Operation[]): void {
  const { run, outcomes, groups } = ledger
  const { subscription: of, opener, until, probe } = period
  const isOver = outcomes.isTerminal(opener)
  const first = isOver ? waiting.find((one) => !isPassedOver(ledger, of, one)) : undefined
  const waits = isOver ? first?.op : opener.op
  if (waits == null) return
  const acknowledged = isOver ? acknowledgedAt(first) : 0
  const bound = Math.max(until, period.at + longestPause(ledger, opener), acknowledged) + WHOLE + run.slack
  if (probe !== null && probe.began.at <= bound) return
  const isBusy = period.inHand.some(({ handled }) => handled === null || handled.at > until)
  const hasMember = groups.live(of.group, of.topic, period).some(({ node }) => node === of.node)
  if (isBusy || !hasMember || bound >= servedUntil(ledger, of.node)) return
  if (wasTouched(ledger, of.group, period.at, bound)) return
  report.violation({
    ...{ group: of.group, node: of.node, at: bound, op: waits, others: [opener.op] },
    message: `group ${of.group} was not given ${waits} although the reset time of its breaker was over`,
    expected: `a probe by ${instant(bound)} ms: the breaker opened at ${instant(period.at)} ms with ${opener.op}`,
    actual: probe === null ? 'nothing came any more' : `the next message came at ${instant(probe.began.at)} ms`,
  })
}

/** Done with, and given to no handler: it had expired, or was a duplicate. */
const isPassedOver = (ledger: Ledger, { group }: Subscription, { op }: Operation): boolean =>
  ledger.deliveries.of(group, op).length === 0 && isAccountedFor(ledger, group, op)

/** What came while it was open is not dropped. */
function judgeKept(
  ledger: Ledger,
  report: Report,
  { subscription: of }: OpenPeriod,
  waiting: readonly Operation[],
): void {
  const { groups, phases } = ledger
  const group = groups.get(of.group, of.topic)
  report.occasion(waiting.length)
  report.kind('a message that came while it was open', waiting.length)
  if (group === undefined || phases.began('drain') === null || isPending(ledger, group)) return
  const dropped = waiting.find(
    (one) => ledger.deliveries.of(of.group, one.op).length === 0 && !isPassedOver(ledger, of, one),
  )
  if (dropped === undefined) return
  report.violation({
    ...{ group: of.group, node: of.node, op: dropped.op, at: acknowledgedAt(dropped) },
    message: `group ${of.group} never got ${dropped.op}, which came while its breaker was open`,
    expected: `${dropped.op} delivered once the breaker has closed`,
    actual: 'it was never delivered to the group',
  })
}
