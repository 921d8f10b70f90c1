import type { Report } from '../check.ts'
import { boundAfter, healedAt, isHeldUp, isUp, wasLongEnough } from '../delivery/liveness-recovery.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { listIn, type Moment } from '../tracker/moment.ts'
import type { WriteOperation } from '../tracker/operations.ts'

/** After the last heal each node stores a row and publishes its event again, or has it wait, within the claimed time. */
export function judgeStoredAgain(ledger: Ledger, report: Report): void {
  const heal = ledger.phases.began('heal')
  if (heal === null) return
  const healed = healedAt(ledger, heal)
  if (!wasLongEnough(ledger, healed) || isHeldUp(ledger, healed)) return
  const bound = boundAfter(ledger, healed)
  for (const [node, probes] of probesOf(ledger, heal)) {
    if (!isUp(ledger, node, healed) || probes.some((probe) => isDone(probe, bound))) continue
    report.violation(notRecovered(ledger, node, probes, healed))
  }
}

function probesOf({ operations }: Ledger, heal: Moment): ReadonlyMap<string, WriteOperation[]> {
  const probes = new Map<string, WriteOperation[]>()
  for (const write of operations.writes())
    if (write.op.startsWith('probe-') && write.began.seq > heal.seq) listIn(probes, write.node).push(write)
  return probes
}

const isDone = ({ settled }: WriteOperation, bound: number): boolean =>
  settled !== null && settled.status !== 'failed' && settled.at <= bound

function notRecovered({ run }: Ledger, node: string, probes: readonly WriteOperation[], healed: number) {
  const { deadline } = run.claims.recovery
  const last = probes.findLast(({ settled }) => settled !== null)?.settled
  return {
    message: `${node} could not store a row and publish its event again within ${deadline} ms of the last heal`,
    expected: `a write done by ${healed + deadline} ms`,
    actual: `${probes.length} writes, none done in time; the last: ${last?.error?.code ?? last?.status ?? 'never settled'}`,
    op: probes[0]?.op,
    node,
    at: healed + deadline,
  }
}
