import type { Check, Report } from '../check.ts'
import type { Ledger } from '../tracker/ledger.ts'
import type { Operation } from '../tracker/operations.ts'
import { earliest } from '../tracker/timing.ts'
import { guarded } from './guarded.ts'
import { createBreakerModel, type Period } from './model.ts'
import { judgeCall } from './refused-at-once.ts'

/** breaker/2: while the breaker is open, calls are refused or queued at once, and nothing of them reaches the wire. */
export const refusal: Check = {
  clause: 'breaker/2',
  file: import.meta.url,
  detect: guarded((claim, ledger, report) => {
    /** Publishes that were called while a breaker was open, and its reset time far off. */
    const called: { readonly op: string; readonly period: Period }[] = []
    const isFarOff = ({ cause }: Period, at: number): boolean => at < cause + farOff(ledger, claim.reset)

    const model = createBreakerModel(ledger, claim, {
      admitted(period, { op, name }, { at }) {
        if (period.state !== 'open') return
        report.violation({
          message: `${name} began while the breaker of ${period.node} was open`,
          expected: 'no call reaches the wire while the breaker is open',
          actual: `open since ${period.since.at} ms, begun at ${at} ms`,
          op,
          node: period.node,
          at,
        })
      },
    })

    return {
      takes: [...model.takes, 'publish'],
      step(event, moment) {
        model.step(event, moment)
        if (event.type !== 'publish') return
        const period = model.period(event.node)
        if (period.state === 'open' && isFarOff(period, event.at)) called.push({ op: event.op, period })
      },
      end(complete) {
        for (const { op, period } of called) {
          const operation = ledger.operations.get(op)
          if (operation !== undefined) judgeCall(ledger, report, claim.code, operation, period, complete)
        }
        for (const operation of ledger.operations.all()) judgeWire(ledger, report, claim.code, operation)
      },
    }
  }),
}

/** On real clocks the bus may process a call some time after its timestamp. */
function farOff({ run }: Ledger, reset: number): number {
  return run.site === 'simulated' ? earliest(run, reset) : reset - Math.min(run.slack, reset / 2)
}

function judgeWire({ operations }: Ledger, report: Report, code: string, operation: Operation): void {
  const { op, node, settled, attempts } = operation
  if (settled?.error?.code !== code || attempts.length > 0 || operations.receivedOf(operation) === 0) return
  report.violation({
    message: `${op} was refused by the breaker of ${node}, but a request for it reached the system`,
    expected: 'nothing of a refused call on the wire',
    actual: `${operations.receivedOf(operation)} requests received`,
    op,
    node,
    at: settled.at,
  })
}
