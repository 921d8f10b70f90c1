/** What explains that a message came twice. When in doubt, it is explained: a duplicate is a violation only in calm. */
import type { RunHeader } from '../../history/header.ts'
import type { Faults } from './faults.ts'
import type { Groups } from './groups.ts'
import { type Operation, outcomeOf } from './operations.ts'
import type { Positions } from './positions.ts'
import type { Stalls } from './stalls.ts'

/** As much of a ledger as excuses are found in. */
export interface Circumstances {
  readonly run: RunHeader
  readonly groups: Groups
  readonly faults: Faults
  readonly stalls: Stalls
  readonly positions: Positions
}

/** What excuses something: a `cause` on record, or only that the machine stood still, which proves nothing either way. */
export type Excuse = 'cause' | 'stall' | null

/**
 * Whether the group's membership was changing, or a fault that landed or a stall kept its members or their dead letters from
 * the system, in `[from, to]` or not long before it.
 */
export function excuseFor(
  { run, groups, faults, stalls }: Circumstances,
  group: string,
  from: number,
  to: number,
): Excuse {
  const earliest = from - memory(run)
  const latest = to + Math.min(run.slack, run.claims.consume.session)
  const struck = earliest - untilLearnt(run)
  const isCaused =
    groups.changed(group, earliest, latest) ||
    faults.struck('consume', struck, latest) ||
    faults.struck('dead-letter', struck, latest)
  if (isCaused) return 'cause'
  return stalls.touch(earliest, latest) ? 'stall' : null
}

export const mayRedeliver = (known: Circumstances, group: string, from: number, to: number): boolean =>
  excuseFor(known, group, from, to) !== null

/** What cut a member off from the system in `[from, to]`, or within a session before. */
export function cutOff({ run, faults, stalls }: Circumstances, from: number, to: number): Excuse {
  const earliest = from - memory(run)
  if (faults.struck('consume', earliest, to)) return 'cause'
  return stalls.touch(earliest, to) ? 'stall' : null
}

/**
 * Whether something redelivered a message to its group in `[from, to]`, or delayed its dead letter. The effects of a change of
 * members come within half a session, because heartbeats are at least as frequent.
 */
export function wasTouched(known: Circumstances, group: string, from: number, to: number): boolean {
  return known.groups.changed(group, changing(known.run, from), to) || wasCutOff(known, from, to)
}

/** Whether a fault or a stall kept members from the system, or their dead letters, in `[from, to]` or shortly before. */
function wasCutOff({ run, faults, stalls }: Circumstances, from: number, to: number): boolean {
  const struck = from - memory(run)
  return (
    stalls.touch(changing(run, from), to) ||
    faults.active('consume', struck, to) ||
    faults.active('dead-letter', struck, to)
  )
}

const changing = ({ claims }: RunHeader, from: number): number => from - claims.consume.session / 2

/** How long a member may act on what is no longer so: a session, and as much again where clocks are real, ms. */
const memory = ({ claims, slack }: RunHeader): number =>
  claims.consume.session + Math.min(slack, claims.consume.session)

/** How much later still, if a fault kept the leave of a member from the system: the others learn of it with their next sign of life, ms. */
const untilLearnt = ({ claims }: RunHeader): number => claims.consume.session / 2

/** Whether a publish may have stored its message more than once. */
export const mayBeStoredTwice = (known: Circumstances, operation: Operation): boolean =>
  known.positions.of(operation.op).length > 1 || operation.attempts.length > 1 || wasStruck(known, operation)

/** Whether something on record explains that it did. An adapter that reports no attempts may have made several. */
export const isTriedAgain = (known: Circumstances, operation: Operation): boolean =>
  operation.attempts.length !== 1 || wasStruck(known, operation)

function wasStruck({ run, faults, stalls }: Circumstances, operation: Operation): boolean {
  const { began } = operation
  const end = (outcomeOf(operation)?.at ?? Number.POSITIVE_INFINITY) + run.slack
  return faults.struck('publish', began.at - run.slack, end) || stalls.touch(began.at - run.slack, end)
}

/**
 * Whether nothing is missing before the history's last event. If several processes write one history, a missing event may have
 * happened before those that remain; a live witness writes the same history as everything else.
 */
export const isWhole = ({ run }: Circumstances, complete: boolean): boolean => complete || run.witness === 'live'

/** How long a handler may take before its member must be thought lost: half a session, since signs of life are rarer. */
export const isLong = ({ run }: Circumstances, ms: number): boolean => ms >= run.claims.consume.session / 2
