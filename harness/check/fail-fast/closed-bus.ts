import type { TrialKind } from '../../events/caller.ts'
import type { Check, Report } from '../check.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { listIn } from '../tracker/moment.ts'
import { isAcknowledged, type Operation } from '../tracker/operations.ts'
import type { Trial } from '../tracker/trials.ts'
import { wronglyMet } from './refused.ts'

/** fail-fast/7: a closed bus refuses at once, one that closes settles what it is asked, and a bus recovers from a failed first connection. */
export const closedBus: Check = {
  clause: 'fail-fast/7',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end(complete) {
      const tried = new Set<string>()
      for (const trial of ledger.trials.all()) {
        if (!complete && trial.ended === null) continue
        judgeClosing(ledger, report, trial)
        if (OF_CLOSED[trial.what] === undefined) continue
        tried.add(trial.node)
        judgeClosed(ledger, report, trial)
      }
      const byNode = new Map<string, Operation[]>()
      for (const operation of ledger.operations.all()) listIn(byNode, operation.node).push(operation)
      for (const [node, operations] of byNode) {
        if (!beganBroken(ledger, operations)) continue
        if (tried.has(node)) report.occasion()
        if (complete) judgeRecovery(ledger, report, node, operations)
      }
    },
  }),
}

type Words = Readonly<Partial<Record<TrialKind, string>>>

/** In words. */
const OF_CLOSED: Words = {
  'publish-closed': 'a publish',
  'subscribe-closed': 'a subscription',
  'write-closed': 'a write',
}
/** They may be taken, or refused: what they open is closed with the bus, as resources/1 sees. */
const OF_CLOSING: Words = {
  'publish-closing': 'a publish',
  'subscribe-closing': 'a subscription',
  'write-closing': 'a write',
}

function judgeClosing({ nodes, now }: Ledger, report: Report, { node, what, ended, trial }: Trial): void {
  const of = OF_CLOSING[what]
  if (of === undefined || ended !== null || (nodes.get(node)?.exited ?? null) !== null) return
  report.violation({
    message: `${of} on ${node}, begun while it closed, never settled`,
    expected: 'it is taken or refused before the run ends',
    actual: 'still pending',
    node,
    op: trial,
    at: now().at,
  })
}

function judgeClosed(ledger: Ledger, report: Report, trial: Trial): void {
  const { node, what, ended } = trial
  const of = `${OF_CLOSED[what]} on ${node}, which was closed,`
  const wrong = wronglyMet(ledger, trial, of)
  if (wrong !== null) report.violation(wrong)
  if (wrong !== null || ended === null) return
  const { error } = ended
  if (error?.effect === 'none' && error.retryable === false) return
  const unsaid = error?.effect === 'none' ? 'a retry is useless' : 'it was not done'
  report.violation({
    message: `${of} was refused with an error that does not say that ${unsaid}`,
    expected: 'a permanent error with effect none',
    actual: `${error?.code ?? 'no code'}, effect ${error?.effect ?? 'not reported'}, retryable ${error?.retryable ?? 'not reported'}`,
    node,
    op: trial.trial,
    at: ended.at,
  })
}

/** Whether the node's first publish failed, or one of its attempts did, while a fault that landed was on its link. */
function beganBroken({ faults }: Ledger, operations: readonly Operation[]): boolean {
  const [first] = operations
  if (first === undefined) return false
  const failed = first.attempts.find(({ ended }) => ended?.outcome === 'failed')
  const at = failed?.ended?.at ?? (first.settled?.status === 'failed' ? first.settled.at : null)
  return at !== null && faults.landed('publish', first.began.at, at)
}

/** The harness goes on publishing after the heal for as long as recovery is claimed to take. */
function judgeRecovery(ledger: Ledger, report: Report, node: string, operations: readonly Operation[]): void {
  const { nodes, phases, faults } = ledger
  const until = phases.began('drain')
  const heal = phases.began('heal')
  const gone = nodes.goneAt(node)
  if (until === null || heal === null || (gone !== null && gone.seq < until.seq)) return
  const after = operations.filter(({ began }) => began.seq > heal.seq)
  if (after.length === 0 || operations.some(isAcknowledged)) return
  report.violation({
    message: `the first connection of ${node} failed, and nothing that it published was ever acknowledged`,
    expected: `a publish acknowledged within ${ledger.run.claims.recovery.deadline} ms of the heal`,
    actual: `${after.length} failed after the last fault healed at ${faults.lastHealed()} ms`,
    node,
    at: until.at,
  })
}
