import type { Unhandled } from '../../claims/dispatch-values.ts'
import type { Check, Report } from '../check.ts'
import { isPending } from '../delivery/accounted.ts'
import { isWhole, mayBeStoredTwice, mayRedeliver } from '../tracker/causes.ts'
import type { Letter } from '../tracker/dead-letters.ts'
import { type GroupOnTopic, isEntitled } from '../tracker/groups.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isAcknowledged, type Operation, outcomeOf } from '../tracker/operations.ts'
import { WORDS } from './words.ts'

const KINDS = {
  unregistered: 'unregistered',
  foreignDomain: 'foreign domain',
  wrongCategory: 'wrong category',
} as const

/** dispatch/2: a message without a handler is dead-lettered once, with the reason. */
export const unhandled: Check = {
  clause: 'dispatch/2',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end(complete) {
      if (!isWhole(ledger, complete)) return
      for (const operation of ledger.operations.everything()) {
        for (const group of ledger.groups.on(operation.topic)) {
          const why = ledger.routes.why(group.group, operation.op)
          if (why.length > 0) judge(ledger, report, { operation, group, why, complete })
        }
      }
    },
  }),
}

interface Unrouted {
  readonly operation: Operation
  readonly group: GroupOnTopic
  readonly why: readonly Unhandled[]
  readonly complete: boolean
}

function judge(ledger: Ledger, report: Report, unrouted: Unrouted): void {
  const { operation, group: on, why, complete } = unrouted
  const { op, node } = operation
  const { group } = on
  const letters = ledger.deadLetters.of(group, op)
  const about = { op, group, node, at: letters[0]?.at ?? outcomeOf(operation)?.at ?? 0 }
  // Whether a handler got it is another clause's.
  if (ledger.deliveries.of(group, op).length > 0) return
  if (letters.length === 0 && !isDue(ledger, operation, on, complete)) return
  report.occasion()
  for (const one of why) report.kind(KINDS[one])
  const reasons = why.map((one) => WORDS[one]).join(', and ')
  if (letters.length === 0) {
    report.violation({
      ...about,
      message: `${op} was dropped in group ${group}, where it has no handler: ${reasons}`,
      expected: `a dead letter of ${op} for ${group}`,
      actual: 'neither a handler got it, nor is there a dead letter of it',
    })
    return
  }
  const wrong = letters.map((letter) => wrongReason(ledger, letter, why)).find((one) => one !== null)
  if (wrong !== undefined) {
    report.violation({
      ...about,
      message: `the dead letter of ${op} in group ${group} does not say that ${reasons}`,
      ...wrong,
    })
  }
  if (letters.length > 1 && !isExplained(ledger, operation, group, letters)) {
    report.violation({
      ...about,
      message: `${op}, which has no handler in group ${group}, has ${letters.length} dead letters there`,
      expected: `one dead letter of ${op} for ${group}`,
      actual: `${letters.length} dead letters, and no redelivery on record`,
    })
  }
}

const isDue = (ledger: Ledger, operation: Operation, group: GroupOnTopic, complete: boolean): boolean =>
  complete &&
  ledger.phases.began('drain') !== null &&
  isAcknowledged(operation) &&
  isEntitled(group, operation) &&
  !isPending(ledger, group)

/** Without a witness nobody knows what dead letters hold. */
function wrongReason({ run }: Ledger, { found }: Letter, why: readonly Unhandled[]) {
  const claimed = run.claims.dispatch?.reason
  if (claimed === undefined || found === null) return null
  const told = found.fields[claimed.field]
  const right = why.map((one) => claimed[one])
  if (told !== undefined && right.includes(told)) return null
  return { expected: `${claimed.field}: ${right.join(' or ')}`, actual: `${claimed.field}: ${told ?? 'missing'}` }
}

function isExplained(ledger: Ledger, operation: Operation, group: string, letters: readonly Letter[]): boolean {
  const end = ledger.phases.began('close')?.at ?? ledger.now().at
  const until = ledger.run.witness === 'after' ? end : Math.max(...letters.map(({ at }) => at))
  return mayBeStoredTwice(ledger, operation) || mayRedeliver(ledger, group, operation.began.at, until)
}
