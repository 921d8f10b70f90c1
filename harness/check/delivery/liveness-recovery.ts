import type { Report } from '../check.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import { isEntitled } from '../tracker/groups.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { join, listIn, type Moment } from '../tracker/moment.ts'
import { isAcknowledged, type Operation, outcomeOf } from '../tracker/operations.ts'

/** After the heal, a probe of each node and topic is acknowledged, and handled by each group, within the claimed time. */
export function judgeRecovery(ledger: Ledger, report: Report): void {
  const heal = ledger.phases.began('heal')
  if (heal === null) return
  const healed = healedAt(ledger, heal)
  for (const probes of probesOf(ledger, heal).values()) {
    const first = probes[0]
    if (first === undefined || !isUp(ledger, first.node, healed)) continue
    const taken = probes.find((probe) => isAcknowledged(probe) && isInTime(ledger, healed, outcomeOf(probe)))
    if (taken === undefined && isHeldUp(ledger, healed)) continue
    report.occasion()
    report.kind('probes after a heal')
    if (taken !== undefined) judgeHandling(ledger, report, taken, healed)
    else if (wasLongEnough(ledger, healed)) report.violation(notRecovered(ledger, probes, first, healed))
  }
}

/** When the last fault had ended for good, ms. */
export const healedAt = ({ faults }: Ledger, heal: Moment): number => Math.max(heal.at, faults.lastHealed() ?? 0)

function probesOf(ledger: Ledger, heal: Moment): ReadonlyMap<string, Operation[]> {
  const probes = new Map<string, Operation[]>()
  for (const operation of ledger.operations.all()) {
    if (!operation.op.startsWith('probe-') || operation.began.seq < heal.seq) continue
    listIn(probes, join(operation.node, operation.topic)).push(operation)
  }
  return probes
}

export const boundAfter = ({ run }: Ledger, at: number): number => at + run.claims.recovery.deadline + run.slack

const isInTime = (ledger: Ledger, healed: number, settled: Moment | null): boolean =>
  settled !== null && settled.at <= boundAfter(ledger, healed)

/** Whether a stall took of the time that recovery has from then on. */
export const isHeldUp = (ledger: Ledger, from: number): boolean => ledger.stalls.touch(from, boundAfter(ledger, from))

/** A node that was closed before its time owes no recovery. */
export function isUp(ledger: Ledger, node: string, healed: number): boolean {
  const gone = ledger.nodes.goneAt(node)
  const closing = ledger.phases.began('close')
  return gone === null || (closing !== null && gone.seq > closing.seq) || gone.at > boundAfter(ledger, healed)
}

/** A run that went on to its end before the claimed time was over says nothing about it. */
export const wasLongEnough = (ledger: Ledger, from: number): boolean =>
  (ledger.phases.began('close') ?? ledger.now()).at >= from + ledger.run.claims.recovery.deadline

function notRecovered({ run }: Ledger, probes: readonly Operation[], first: Operation, healed: number) {
  const last = probes.findLast(({ settled }) => settled !== null)?.settled
  const error = last?.error
  return {
    message: `${first.node} could not publish to ${first.topic} again within ${run.claims.recovery.deadline} ms of the last heal`,
    expected: `a probe acknowledged by ${healed + run.claims.recovery.deadline} ms`,
    actual: `${probes.length} probes, none acknowledged in time; the last: ${error?.code ?? last?.status ?? 'never settled'}`,
    op: first.op,
    node: first.node,
    at: healed + run.claims.recovery.deadline,
  }
}

function judgeHandling(ledger: Ledger, report: Report, probe: Operation, healed: number): void {
  const { op, topic } = probe
  const settled = outcomeOf(probe)
  const from = Math.max(healed, settled?.at ?? healed)
  const bound = boundAfter(ledger, from)
  if (!wasLongEnough(ledger, from)) return
  for (const subscribed of ledger.groups.on(topic)) {
    const { group } = subscribed
    // Without a handler there it is dead-lettered, which another clause asks for.
    if (ledger.routes.why(group, op).length > 0) continue
    const stayed = ledger.groups.live(group, topic, settled ?? probe.began).some(({ node, leaving }) => {
      const gone = ledger.nodes.goneAt(node)
      return (leaving === null || leaving.at > bound) && (gone === null || gone.at > bound)
    })
    const handled = ledger.deliveries.handledOk(group, op)
    if (!stayed || !isEntitled(subscribed, probe) || (handled !== null && handled.at <= bound)) continue
    if (isBusy(ledger, group, topic, from, bound) || isHeldUp(ledger, from)) continue
    report.violation({
      message: `group ${group} got nothing of ${topic} within ${ledger.run.claims.recovery.deadline} ms, although all faults had healed and ${op} was acknowledged`,
      expected: `${op} handled in ${group} by ${bound} ms, or earlier messages are being handled`,
      actual: handled === null ? 'it was never handled' : `handled at ${handled.at} ms`,
      op,
      group,
      at: bound,
    })
  }
}

/** A group that works through what came before the probe consumes again, however long that takes. */
const isBusy = (ledger: Ledger, group: string, topic: string, from: number, to: number): boolean =>
  ledger.deliveries.all.some(
    (one) =>
      one.group === group &&
      one.topic === topic &&
      one.began.at <= to &&
      (one.handled === null || one.handled.at >= from || isBackingOff(ledger, one, from)),
  )

/** Its next attempt is still due; where no back-off is claimed, that may be at any time. */
function isBackingOff({ run, deliveries, outcomes }: Ledger, delivered: Delivered, at: number): boolean {
  const { group, op, handled } = delivered
  const { handling } = run.claims
  const isLast = op !== null && deliveries.of(group, op).at(-1) === delivered
  const longest = handling === undefined ? Number.POSITIVE_INFINITY : handling.cap * handling.jitter.high
  return (
    isLast &&
    handled?.outcome === 'retryable' &&
    !outcomes.isTerminal(delivered) &&
    handled.at + longest + run.slack >= at
  )
}
