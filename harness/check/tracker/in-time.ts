import type { Position } from '../event.ts'
import type { Advance } from './commits.ts'
import type { Ledger } from './ledger.ts'
import type { Moment } from './moment.ts'

/** A message of a group, and its position. */
export interface Placed {
  readonly group: string
  readonly op: string
  readonly position: Position
}

/** Whether it was handled well, or its dead letter accepted, before the commit that left it behind. */
export function isDoneBefore(ledger: Ledger, message: Placed, advance: Advance): boolean {
  const handled = ledger.deliveries.handledOk(message.group, message.op)
  const passed = ledger.passes.warrantedAt(message.group, message.op)
  if (passed !== null && isEarlier(passed, advance)) return true
  const dead = ledger.outcomes.deadLetteredAt(message.group, message.op)
  return (
    (handled !== null && isBefore(ledger, handled, advance)) ||
    (dead !== null && isTakenBefore(ledger, message, { dead, advance }))
  )
}

/** Whether its dead letter, which was accepted then, was so before the commit that left it behind. */
export const isTakenBefore = (
  ledger: Ledger,
  place: Omit<Placed, 'op'>,
  of: { readonly dead: Moment; readonly advance: Advance },
): boolean => isBefore(ledger, of.dead, of.advance) || isTogether(ledger, place, of)

const isBefore = (ledger: Ledger, done: Moment, advance: Advance): boolean =>
  isEarlier(done, advance) || isWithinClocks(ledger, done, advance)

const isEarlier = (one: Moment, other: Moment): boolean => one.seq < other.seq

/** Two clocks of one machine may differ by a little where the witness reads from another process. */
const isWithinClocks = ({ run }: Ledger, done: Moment, advance: Advance): boolean =>
  run.site === 'real' && advance.by === 'witness' && done.at <= advance.at + 1

/**
 * If a dead letter and its commit are claimed to be one transaction, a witness sees the commit before the adapter has its
 * response and can report the dead letter. That takes at most one attempt, unless the response was delayed. Without the claim,
 * a commit that is seen before the dead letter is reported was early.
 */
function isTogether(
  { run, commits, faults, stalls }: Ledger,
  { group, position }: Omit<Placed, 'op'>,
  { dead, advance }: { readonly dead: Moment; readonly advance: Advance },
): boolean {
  if (run.claims.deadLetter?.commit !== 'together' || advance.by !== 'witness') return false
  if (run.witness === 'live') return dead.at <= advance.at
  // In the adapter's own words the commit must not come first.
  const own = commits.reported(group, position)
  if (own !== null && isEarlier(own, dead)) return false
  return (
    dead.at <= advance.at + run.claims.publish.timeout ||
    faults.active('consume', advance.at, dead.at) ||
    stalls.touch(advance.at, dead.at)
  )
}
