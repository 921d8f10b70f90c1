import { refusedTopicOf } from '../../refused-topic.ts'
import type { Check, Report } from '../check.ts'
import { isWhole } from '../tracker/causes.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isQueued, type Operation, outcomeOf } from '../tracker/operations.ts'
import { counted } from '../tracker/timing.ts'
import { isRedelivered, type Try } from '../tracker/tries.ts'
import { about } from './handler-attempts.ts'
import { createStates, type States, whyFewer } from './why-fewer.ts'

/** retry/4: permanent errors are not retried, and temporary ones are not treated as permanent. */
export const permanent: Check = {
  clause: 'retry/4',
  file: import.meta.url,
  detect: (ledger, report) => {
    const states = createStates()
    return {
      takes: states.takes,
      step: states.step,
      end(complete) {
        for (const operation of ledger.operations.all()) {
          const failed = operation.attempts.filter(({ ended }) => ended?.outcome === 'failed').length
          report.occasion(failed)
          report.kind('an attempt that failed', failed)
          judgeRetried(report, operation)
          judgeGivenUp(ledger, report, operation, states)
        }
        if (!isWhole(ledger, complete)) return
        for (const series of ledger.tries.series()) judgeHandler(ledger, report, series)
      },
    }
  },
}

function judgeRetried(report: Report, { op, node, attempts }: Operation): void {
  const next = attempts.find((_, place) => {
    const ended = attempts[place - 1]?.ended
    return ended?.outcome === 'failed' && ended.error?.retryable === false
  })
  if (next === undefined) return
  report.violation({
    message: `${op} was retried, but an attempt of it had failed for good`,
    expected: 'no attempt after a permanent error',
    actual: `attempt ${next.number} at ${next.began.at} ms`,
    op,
    node,
    at: next.began.at,
  })
}

/**
 * The system refuses messages of one topic for good. Of any other, what fails while a fault is on the link is passing, whatever the error
 * says of itself.
 */
function judgeGivenUp(ledger: Ledger, report: Report, operation: Operation, states: States): void {
  const { op, node, attempts } = operation
  const settled = outcomeOf(operation)
  const { retry } = ledger.run.claims
  const last = attempts.at(-1)
  if (operation.topic === refusedTopicOf(ledger.run.prefix)) return
  if (retry === undefined || settled?.status !== 'failed' || last === undefined) return
  const isSpent = attempts.length > retry.retries && !isQueued(operation)
  if (isSpent || whyFewer(ledger, operation, states) !== 'permanent') return
  if (!ledger.faults.active('publish', last.began.at, last.ended?.at ?? settled.at)) return
  report.violation({
    message: `${op} was given up after ${counted(attempts.length, 'attempt')} as if its link's failure were permanent`,
    expected: 'a retry, as after any network failure',
    actual: `${last.ended?.error?.code ?? settled.error?.code ?? 'an error'}, reported as permanent`,
    op,
    node,
    at: settled.at,
  })
}

/** A message that a handler rejected as permanent is not passed to it again, unless it is redelivered for a reason. */
function judgeHandler(ledger: Ledger, report: Report, series: readonly Try[]): void {
  const again = series.find(
    ({ delivered, before }) => before?.handled?.outcome === 'permanent' && !isRedelivered(ledger, before, delivered),
  )
  const rejected = again?.before?.handled
  const rejections = series.filter(({ delivered }) => delivered.handled?.outcome === 'permanent').length
  report.occasion(rejections)
  report.kind('rejected by a handler', rejections)
  if (again === undefined || rejected == null) return
  const { consumer, op, attempt, began } = again.delivered
  report.violation({
    ...about(again),
    message: `${consumer} received ${op ?? 'a message'} again, although it had rejected it as permanent`,
    expected: 'no further call of its handler with this message',
    actual: `rejected at ${rejected.at} ms, called again as attempt ${attempt} at ${began.at} ms`,
  })
}
