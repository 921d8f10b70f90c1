import type { Check, Report } from '../check.ts'
import { isWhole, wasTouched } from '../tracker/causes.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { join, type Moment } from '../tracker/moment.ts'
import { counted, rounded } from '../tracker/timing.ts'

/** dead-letter/8: a message is dead-lettered after exactly the claimed attempts, or one permanent error, and then at once. */
export const atOnce: Check = {
  clause: 'dead-letter/8',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end(complete) {
      if (!isWhole(ledger, complete)) return
      const seen = new Set<string>()
      for (const { op, group } of ledger.deadLetters.all()) {
        if (op === null || group === null || seen.has(join(group, op))) continue
        seen.add(join(group, op))
        const taken = takenAt(ledger, group, op)
        if (taken !== null) judge(ledger, report, { op, group, taken })
      }
    },
  }),
}

/** When its first dead letter was accepted: by the witness's clock or, if it reads only after the run, by the adapter's report. */
const takenAt = ({ run, deadLetters }: Ledger, group: string, op: string): Moment | null =>
  run.witness === 'live' ? (deadLetters.of(group, op)[0] ?? null) : deadLetters.reportedAt(group, op)

interface Letter {
  readonly op: string
  readonly group: string
  readonly taken: Moment
}

function judge(ledger: Ledger, report: Report, { op, group, taken }: Letter): void {
  const calls = ledger.deliveries.of(group, op).filter(({ began }) => began.seq < taken.seq)
  const [first] = calls
  const last = calls.at(-1)
  if (first === undefined || last === undefined || last.handled === null) return
  if (ledger.positions.of(op).length > 1 || wasTouched(ledger, group, first.began.at, taken.at)) return
  report.occasion()
  const about = { op, group, node: last.node, at: taken.at }
  const policy = 1 + (ledger.run.claims.handling?.retries ?? 0)
  if (!isDue(last, calls.length, policy)) {
    report.violation({
      ...about,
      message: `${op} was dead-lettered in group ${group} after ${counted(calls.length, 'attempt')}${calls.length < policy ? ' (dead letter early)' : ''}`,
      expected: `${counted(policy, 'attempt')}, or one rejected as permanent`,
      actual: calls.map(({ handled }) => handled?.outcome ?? 'not ended').join(', '),
    })
  }
  const waited = taken.at - last.handled.at
  if (waited <= ledger.run.claims.publish.timeout + ledger.run.slack) return
  report.violation({
    ...about,
    message: `the dead letter of ${op} in group ${group} came long after the last attempt`,
    expected: `within ${ledger.run.claims.publish.timeout} ms, because nothing delayed it`,
    actual: `${rounded(waited)} ms after it`,
  })
}

const isDue = ({ handled }: Delivered, calls: number, policy: number): boolean =>
  (handled?.outcome === 'permanent' && calls <= policy) || (handled?.outcome === 'retryable' && calls === policy)
