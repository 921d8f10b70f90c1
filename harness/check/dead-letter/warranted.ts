import type { Check, Report } from '../check.ts'
import { isWhole, mayBeStoredTwice, mayRedeliver } from '../tracker/causes.ts'
import type { Letter } from '../tracker/dead-letters.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import type { Ledger } from '../tracker/ledger.ts'

/** dead-letter/2: no dead letter without a terminal failure, and none of a message that its group handled successfully. */
export const warranted: Check = {
  clause: 'dead-letter/2',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end(complete) {
      if (!isWhole(ledger, complete)) return
      for (const letter of ledger.deadLetters.all()) {
        report.occasion()
        if (letter.op !== null) judge(ledger, report, letter, letter.op)
      }
    },
  }),
}

function judge(ledger: Ledger, report: Report, letter: Letter, op: string): void {
  const groups = letter.group === null ? groupsOf(ledger, op) : [letter.group]
  const where = letter.group === null ? '' : ` for group ${letter.group}`
  const timed = ledger.run.witness !== 'after'
  const about = { op, at: letter.at, ...(letter.group === null ? {} : { group: letter.group }) }
  if (!groups.some((group) => hadFailed(ledger, group, op, timed ? letter.seq : Infinity))) {
    report.violation({
      ...about,
      message: `${op} has a dead letter${where}, but its handling had not failed for good (dead letter orphan)`,
      expected: 'a dead letter only after the last attempt was rejected',
      actual: storyOf(ledger, groups, op),
    })
  } else if (groups.every((group) => isBoth(ledger, group, op))) {
    report.violation({
      ...about,
      message: `${op} was both handled and dead-lettered${where} without a fault (dead letter orphan)`,
      expected: 'handled or dead-lettered, unless a fault or a rebalance comes between',
      actual: storyOf(ledger, groups, op),
    })
  }
}

const groupsOf = ({ operations, groups }: Ledger, op: string): string[] =>
  groups.on(operations.get(op)?.topic ?? '').map(({ group }) => group)

/** Without a handler in its group, rejected as permanent, or tried by all members together as often as the policy allows. */
function hadFailed(ledger: Ledger, group: string, op: string, before: number): boolean {
  const { run, deliveries, outcomes, routes } = ledger
  if (routes.why(group, op).length > 0) return true
  const tries = 1 + (run.claims.handling?.retries ?? 0)
  const earlier = deliveries.of(group, op).filter(({ began }) => began.seq < before)
  const isOver = (delivered: Delivered): boolean =>
    outcomes.isTerminal(delivered) && (delivered.handled?.seq ?? Infinity) < before
  return earlier.some(isOver) || earlier.filter(({ handled }) => handled?.outcome !== 'ok').length >= tries
}

function isBoth(ledger: Ledger, group: string, op: string): boolean {
  const { deliveries, operations } = ledger
  const all = deliveries.of(group, op)
  const first = all[0]
  if (first === undefined || deliveries.handledOk(group, op) === null) return false
  const operation = operations.get(op)
  const last = Math.max(...all.map(({ began, handled }) => handled?.at ?? began.at))
  const isCopy = operation !== undefined && mayBeStoredTwice(ledger, operation)
  return !isCopy && !mayRedeliver(ledger, group, first.began.at, last)
}

function storyOf({ deliveries }: Ledger, groups: readonly string[], op: string): string {
  const outcomes = groups
    .flatMap((group) => deliveries.of(group, op))
    .map(({ handled }) => handled?.outcome ?? 'not ended')
  return outcomes.length === 0
    ? 'it was never delivered to the group'
    : `its outcomes in the group: ${outcomes.join(', ')}`
}
