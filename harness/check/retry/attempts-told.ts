import type { Report } from '../check.ts'
import type { EventOf } from '../event.ts'
import { isWhole } from '../tracker/causes.ts'
import { originalOf } from '../tracker/dead-letters.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { samePosition } from '../tracker/positions.ts'

/** A dead letter states the attempts that were made. */
export function judgeLetters(ledger: Ledger, report: Report, complete: boolean): void {
  if (!isWhole(ledger, complete)) return
  for (const { found, seq } of ledger.deadLetters.all()) {
    const actual = found?.fields['attempts']
    if (found === null || actual === undefined || !/^\d+$/.test(actual)) continue
    report.occasion()
    report.kind('a dead letter')
    // If it was read after the run, its time is unknown.
    const made = madeBefore(ledger, found, ledger.run.witness === 'live' ? seq : Infinity)
    if (made === null || made.has(Number(actual))) continue
    const group = found.fields['original_group']
    report.violation({
      message: `the dead letter of ${found.op ?? 'a message'} states a wrong number of attempts`,
      expected: `attempts: ${[...made].sort((one, other) => one - other).join(' or ')}`,
      actual: `attempts: ${actual}`,
      at: found.at,
      op: found.op,
      ...(group === undefined ? {} : { group }),
    })
  }
}

/** Null if there is nothing to compare with. */
function madeBefore(ledger: Ledger, letter: EventOf<'dead-letter'>, seq: number): ReadonlySet<number> | null {
  const calls = callsBefore(ledger, letter, seq)
  if (calls.length === 0 || mayLackCalls(ledger, calls)) return null
  const made = attemptsMade(ledger, calls)
  return made.size === 0 ? null : made
}

/** The calls with this message in its group, where it lay, that ended before a place in the history or not at all. */
function callsBefore({ deliveries }: Ledger, letter: EventOf<'dead-letter'>, seq: number): readonly Delivered[] {
  const { op } = letter
  const group = letter.fields['original_group']
  const place = originalOf(letter)
  if (op === null || group === undefined) return []
  return deliveries
    .of(group, op)
    .filter(({ position }) => place === null || position === null || samePosition(position, place))
    .filter(({ began, handled }) => (handled ?? began).seq < seq)
}

/** A process that was killed may have taken its last events with it, where it does not stand in one history with the witness. */
const mayLackCalls = ({ run, groups, nodes }: Ledger, calls: readonly Delivered[]): boolean =>
  run.witness !== 'live' &&
  calls.some(({ group, topic }) =>
    groups.get(group, topic)?.consumers.some(({ node }) => (nodes.get(node)?.exited ?? null) !== null),
  )

/** For each call that ended it: the calls in that tenure of the consumer, and the failed ones of the whole group so far. */
function attemptsMade({ outcomes, tries }: Ledger, calls: readonly Delivered[]): Set<number> {
  const failed = calls.filter(({ handled }) => handled !== null && handled.outcome !== 'ok')
  const terminal = failed.filter(outcomes.isTerminal)
  const made = new Set<number>()
  for (const last of terminal.length > 0 ? terminal : failed) {
    const until = ({ began }: Delivered): boolean => began.seq <= last.began.seq
    made.add(tries.of(last)?.number ?? 1)
    made.add(failed.filter(until).length)
    // A call without a visible end may have counted, as with a broker that counts deliveries.
    made.add(calls.filter((one) => until(one) && one.handled?.outcome !== 'ok').length)
  }
  return made
}
