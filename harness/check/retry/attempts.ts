import type { Check, Report } from '../check.ts'
import { isWhole } from '../tracker/causes.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isQueued, type Operation, outcomeOf } from '../tracker/operations.ts'
import { counted } from '../tracker/timing.ts'
import { judgeHandlers } from './handler-attempts.ts'
import { createStates, type States, whyFewer } from './why-fewer.ts'

/** retry/1: attempts = 1 + retries, numbered in order, never more, and fewer only for a recorded reason. */
export const attempts: Check = {
  clause: 'retry/1',
  file: import.meta.url,
  detect: (ledger, report) => {
    const states = createStates()
    let reported = false
    return {
      takes: [...states.takes, 'attempt-began'],
      step(event) {
        states.step(event)
        reported ||= event.type === 'attempt-began'
      },
      end(complete) {
        // An adapter that reports no attempts at all is not one that makes none.
        if (reported) for (const operation of ledger.operations.all()) judge(ledger, report, operation, states)
        if (isWhole(ledger, complete)) judgeHandlers(ledger, report)
      },
    }
  },
}

function judge(ledger: Ledger, report: Report, operation: Operation, states: States): void {
  const { retry } = ledger.run.claims
  const { op, node, attempts, began } = operation
  const settled = outcomeOf(operation)
  if (retry === undefined) return
  if (attempts.some(({ ended }) => ended?.outcome === 'failed')) report.occasion()
  const most = 1 + retry.retries
  const requests = ledger.operations.receivedOf(operation)
  const expected = `${counted(most, 'attempt')}, of which ${retry.retries} may be retries`
  const about = { expected, op, node, at: settled?.at ?? began.at }
  judgeNumbers(report, operation)
  // A queued publish is tried until it is accepted: retry/2 judges its waits.
  const isTooMany = (count: number): boolean => count > most && !isQueued(operation)
  if (isTooMany(attempts.length)) {
    const actual = `${counted(attempts.length, 'attempt')}`
    report.violation({ ...about, message: `${op} was tried ${attempts.length} times, which is too often`, actual })
  } else if (isTooMany(requests)) {
    const actual = counted(requests, 'request')
    report.violation({ ...about, message: `${op} reached the system ${requests} times, which is too often`, actual })
  } else if (settled?.status === 'failed' && attempts.length < most && whyFewer(ledger, operation, states) === null) {
    const actual = `${counted(attempts.length, 'attempt')}, the last one failed with ${attempts.at(-1)?.ended?.error?.code ?? 'nothing'}`
    report.violation({
      ...about,
      message: `${op} was given up after ${counted(attempts.length, 'attempt')} without a reason`,
      actual,
    })
  }
}

/** Attempts are numbered 1, 2, 3 … in the order in which they began. */
function judgeNumbers(report: Report, { op, node, attempts }: Operation): void {
  const index = attempts.findIndex(({ number }, place) => number !== place + 1)
  const wrong = attempts[index]
  if (wrong === undefined) return
  report.violation({
    message: `attempt ${index + 1} of ${op} was reported as attempt ${wrong.number}`,
    expected: 'attempts of one publish numbered 1, 2, 3 and so on',
    actual: attempts.map(({ number }) => number).join(', '),
    op,
    node,
    at: wrong.began.at,
  })
}
