import { ROLES } from '../../adapter.ts'
import type { Check, Report } from '../check.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { listIn, type Moment } from '../tracker/moment.ts'
import type { CloseCall, NodeRecord } from '../tracker/nodes.ts'
import { type Operation, outcomeOf } from '../tracker/operations.ts'
import { rounded } from '../tracker/timing.ts'
import { stillness } from './stillness.ts'

/**
 * resources/2: every call of close succeeds in time, and every pending operation settles; a closed consumer or bus delivers
 * nothing more.
 */
export const close: Check = {
  clause: 'resources/2',
  file: import.meta.url,
  detect: (ledger, report) => {
    const still = stillness(ledger, report)
    return {
      ...still,
      end(complete) {
        judgeNodes(ledger, report, complete)
        still.end?.(complete)
      },
    }
  },
}

function judgeNodes(ledger: Ledger, report: Report, complete: boolean): void {
  const deliveries = new Map<string, Delivered[]>()
  for (const delivered of ledger.deliveries.all) listIn(deliveries, delivered.node).push(delivered)
  const operations = new Map<string, Operation[]>()
  for (const operation of ledger.operations.all()) listIn(operations, operation.node).push(operation)
  for (const node of ledger.nodes.all()) {
    if (node.exited !== null) continue
    const work = { deliveries: deliveries.get(node.node) ?? [], operations: operations.get(node.node) ?? [] }
    for (const call of node.closes) judgeCall(ledger, report, node, call, work, complete)
    if (complete) judgePending(ledger, report, node, work.operations)
  }
}

interface Work {
  readonly deliveries: readonly Delivered[]
  readonly operations: readonly Operation[]
}

function judgeCall(
  ledger: Ledger,
  report: Report,
  { node, closes }: NodeRecord,
  call: CloseCall,
  work: Work,
  complete: boolean,
): void {
  const { began, ended } = call
  const kinds = [
    ...(closes.length > 1 ? ['called more than once'] : []),
    ...(isBusy(work, call) ? ['with work outstanding'] : []),
    ...(isStruck(ledger, call) ? ['under a fault'] : []),
  ]
  if (kinds.length > 0) report.occasion()
  for (const kind of kinds) report.kind(kind)
  const name = closes.length > 1 ? `call ${call.call} of close` : 'close'
  const about = { node, at: ended?.at ?? began.at }
  if (ended !== null && ended.error !== null) {
    const { code, message } = ended.error
    const actual = `${code ?? 'no code'}: ${message}`
    report.violation({ ...about, message: `${name} of ${node} failed`, expected: 'close succeeds', actual })
  }
  // The time of running handlers does not count.
  const quiet = lastHandled(work.deliveries, call)
  const { deadline } = ledger.run.claims.close
  const bound = quiet + deadline + ledger.run.slack
  const isRunning = work.deliveries.some(({ handled }) => handled === null)
  const hangs = ended === null && complete && !isRunning && ledger.now().at >= bound
  if (!hangs && (ended === null || ended.at <= bound)) return
  report.violation({
    ...about,
    message: `${name} of ${node} ${ended === null ? 'never settled' : 'took too long'}`,
    expected: `settled within ${deadline} ms, not counting the time of handlers`,
    actual:
      ended === null
        ? `still pending after ${rounded(ledger.now().at - began.at)} ms`
        : `${rounded(ended.at - quiet)} ms`,
  })
}

function isOverBefore(operation: Operation, { seq }: Moment): boolean {
  const outcome = outcomeOf(operation)
  return outcome !== null && outcome.seq < seq
}

/** Something was going on when it was called. */
const isBusy = ({ deliveries, operations }: Work, { began }: CloseCall): boolean =>
  operations.some((one) => one.began.seq < began.seq && !isOverBefore(one, began)) ||
  deliveries.some((one) => one.began.seq < began.seq && (one.handled === null || one.handled.seq > began.seq))

const isStruck = ({ faults }: Ledger, { began, ended }: CloseCall): boolean =>
  ROLES.some((role) => faults.active(role, began.at, ended?.at ?? began.at))

function lastHandled(deliveries: readonly Delivered[], { began, ended }: CloseCall): number {
  return deliveries.reduce((latest, { handled }) => {
    const counts = handled !== null && (ended === null || handled.seq < ended.seq)
    return counts ? Math.max(latest, handled.at) : latest
  }, began.at)
}

/** What was pending when close was called has settled when close has. */
function judgePending(
  ledger: Ledger,
  report: Report,
  { node, closes }: NodeRecord,
  operations: readonly Operation[],
): void {
  const first = closes[0]?.began
  const last = closes.reduce<number | null>(
    (latest, { ended }) => (ended === null || latest === null ? null : Math.max(latest, ended.at)),
    0,
  )
  if (first === undefined || last === null) return
  for (const operation of operations) {
    const { op, began } = operation
    const settled = outcomeOf(operation)
    if (began.seq > first.seq || (settled !== null && settled.at <= last + ledger.run.slack)) continue
    report.violation({
      message: `the publish of ${op} was pending when ${node} closed, and ${settled === null ? 'never settled' : 'settled only later'}`,
      expected: `${op} settled before close did, at ${last} ms`,
      actual: settled === null ? 'it never settled' : `settled at ${settled.at} ms`,
      op,
      node,
      at: settled?.at ?? last,
    })
  }
}
