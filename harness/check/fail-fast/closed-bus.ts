import type { TrialKind } from '../../events/caller.ts'
import type { Check, Report } from '../check.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { listIn } from '../tracker/moment.ts'
import { isAcknowledged, type Operation } from '../tracker/operations.ts'
import type { Trial } from '../tracker/trials.ts'
import { wronglyMet } from './refused.ts'

/** fail-fast/7: a bus that is closed, or closing, refuses at once, and a bus recovers from a failed first connection. */
export const closedBus: Check = {
  clause: 'fail-fast/7',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end(complete) {
      const tried = new Set<string>()
      for (const trial of ledger.trials.all()) {
        const words = OF_CLOSED[trial.what]
        if (words === undefined || (!complete && trial.ended === null)) continue
        tried.add(trial.node)
        const [of, state] = words
        judgeClosed(ledger, report, trial, `${of} on ${trial.node}, ${state}`)
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

/** In words; the node comes between them. */
const OF_CLOSED: Readonly<Partial<Record<TrialKind, readonly [what: string, state: string]>>> = {
  'publish-closing': ['a publish', 'which was closing,'],
  'subscribe-closing': ['a subscription', 'which was closing,'],
  'write-closing': ['a write', 'which was closing,'],
  'publish-closed': ['a publish', 'which was closed,'],
  'subscribe-closed': ['a subscription', 'which was closed,'],
  'write-closed': ['a write', 'which was closed,'],
}

function judgeClosed(ledger: Ledger, report: Report, trial: Trial, of: string): void {
  const { node, ended } = trial
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
