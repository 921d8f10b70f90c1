import type { ResolvedClaims } from '../../claims.ts'
import type { Check, Report } from '../check.ts'
import type { Position } from '../event.ts'
import { isWhole, mayRedeliver } from '../tracker/causes.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import { isEntitled } from '../tracker/groups.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isBefore, join, listIn, type Moment, NONE } from '../tracker/moment.ts'
import { isAcknowledged, type Operation, outcomeOf, type Settled } from '../tracker/operations.ts'
import { type Occupant, samePosition } from '../tracker/positions.ts'
import { firstAbove, type Reach, reachOf } from '../tracker/reach.ts'
import { rounded } from '../tracker/timing.ts'

/** A message that failed at `from` and was settled, or last tried again, at `until`. */
interface Failing {
  readonly op: string
  readonly first: Delivered
  readonly place: Position
  readonly from: Moment
  readonly until: Moment
  /** Whether it may have been settled before `until`, but was reported late. */
  readonly isToldLate: boolean
  /** Another copy of a message that is stored twice: it holds back what is behind it, as any other. */
  readonly isCopy: boolean
}

/** ordering/5: behind a failing message the bus holds back the partition, the key or nothing, as claimed. */
export const behindFailure: Check = {
  clause: 'ordering/5',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end(complete) {
      if (!isWhole(ledger, complete)) return
      const { behindFailure } = ledger.run.claims.consume
      const served = byPartition(ledger)
      const lines = acknowledgedLines(ledger)
      const failings = [...allFailing(ledger)]
      const isHeld = behindFailure === 'hold-key' ? heldBy(ledger, failings) : () => false
      for (const failing of failings.filter(({ isCopy }) => !isCopy)) {
        const { topic, partition } = failing.place
        const all = served.get(join(failing.first.group, topic, partition)) ?? NONE
        // They are in the order in which they began.
        const from = firstAbove(all.length, (index) => all[index]?.delivered.began.seq ?? 0, failing.from.seq)
        const to = firstAbove(all.length, (index) => all[index]?.delivered.began.seq ?? 0, failing.until.seq - 1)
        const behind = all.slice(from, to).filter(({ offset }) => offset > failing.place.offset)
        for (const { judge, isMeant, claim } of DEMANDS[behindFailure](sameKeyAs(ledger.operations.get(failing.op)))) {
          const next = behind.find(({ delivered }) => isMeant(ledger.operations.get(delivered.op)))?.delivered ?? null
          judge(ledger, report, failing, { isMeant, next, claim, lines, isHeld })
        }
      }
    },
  }),
}

/** Whether what is claimed of messages behind a failing one is claimed of this one. */
type Meant = (operation: Operation | undefined) => boolean

interface Behind {
  readonly isMeant: Meant
  /** Of a violation's text: what the bus claims of them. */
  readonly claim: string
  /** The first one that is meant and was delivered while the other was failing. */
  readonly next: Delivered | null
  readonly lines: Lines
  readonly isHeld: IsHeld
}

/** Whether another failing message has a claim to hold this one back, at some moment of the span. */
type IsHeld = (waiter: Acknowledged, behind: Failing, span: Span) => boolean

interface Demand extends Pick<Behind, 'isMeant' | 'claim'> {
  readonly judge: typeof judgeHold
}

const all: Meant = () => true
const DEMANDS: Readonly<Record<ResolvedClaims['consume']['behindFailure'], (hasSameKey: Meant) => readonly Demand[]>> =
  {
    hold: () => [{ judge: judgeHold, isMeant: all, claim: 'which the bus claims to hold back' }],
    'hold-key': (hasSameKey) => [
      { judge: judgeHold, isMeant: hasSameKey, claim: 'whose key the bus claims to hold back' },
      {
        judge: judgeGoOn,
        isMeant: (one) => !hasSameKey(one),
        claim: 'although the bus claims to go on with other keys',
      },
    ],
    'go-on': () => [{ judge: judgeGoOn, isMeant: all, claim: 'although the bus claims to go on' }],
  }

const sameKeyAs =
  (failing: Operation | undefined): Meant =>
  (operation) =>
    failing?.hasKey === true && operation?.hasKey === true && operation.content.key === failing.content.key

/** By an earlier one of its key, in the same group and partition. */
function heldBy({ operations }: Ledger, failings: readonly Failing[]): IsHeld {
  const lists = new Map<string, Failing[]>()
  const keyOf = ({ first, place }: Failing): string => join(first.group, place.topic, place.partition)
  for (const failing of failings) listIn(lists, keyOf(failing)).push(failing)
  return ({ operation, position }, behind, span) => {
    const hasSameKey = sameKeyAs(operation)
    return (lists.get(keyOf(behind)) ?? NONE).some(
      ({ op, place, from, until }) =>
        place.offset < position.offset &&
        isBefore(from, span.to) &&
        isBefore(span.from, until) &&
        hasSameKey(operations.get(op)),
    )
  }
}

/** Calls of handlers by group and partition, with the place where each message lies. */
function byPartition({ deliveries, positions }: Ledger): ReadonlyMap<string, readonly Served[]> {
  const lists = new Map<string, Served[]>()
  for (const delivered of deliveries.all) {
    const place = delivered.op === null ? null : positions.from(delivered.op, delivered.position)
    if (place === null) continue
    listIn(lists, join(delivered.group, place.topic, place.partition)).push({ offset: place.offset, delivered })
  }
  return lists
}

interface Served {
  readonly offset: number
  readonly delivered: Delivered
}

function* allFailing(ledger: Ledger): Iterable<Failing> {
  const seen = new Set<string>()
  for (const { group, op } of ledger.deliveries.all) {
    if (op === null || seen.has(join(group, op))) continue
    seen.add(join(group, op))
    const calls = ledger.deliveries.of(group, op)
    const failed = calls.filter(({ handled }) => handled !== null && handled.outcome !== 'ok')
    const firsts = failed.filter((one, index) => failed.findIndex((other) => isOfSameCopy(one, other)) === index)
    for (const first of firsts) {
      const failing = failingOf(ledger, { group, op, calls, first, isCopy: first !== firsts[0] })
      if (failing !== null) yield failing
    }
  }
}

const isOfSameCopy = ({ position: one }: Delivered, { position: other }: Delivered): boolean =>
  one === null || other === null || samePosition(one, other)

function failingOf(
  ledger: Ledger,
  {
    group,
    op,
    calls,
    first,
    isCopy,
  }: Pick<Failing, 'op' | 'first' | 'isCopy'> & { readonly group: string; readonly calls: readonly Delivered[] },
): Failing | null {
  if (first.handled === null) return null
  const place = ledger.positions.from(op, first.position)
  // A message that is never settled is another clause's matter; until its last try it was failing all the same.
  const handled = ledger.deliveries.handledOk(group, op)
  const until = endOf(calls, first, ledger.outcomes.doneAt(group, op))
  if (place === null || !isBefore(first.handled, until)) return null
  const isToldLate = ledger.run.witness === 'after' && until !== handled
  return { op, first, place, from: first.handled, until, isToldLate, isCopy }
}

/** `done`: when the message was settled. If it is stored twice, this may be the doing of the other copy. */
function endOf(calls: readonly Delivered[], first: Delivered, done: Moment | null): Moment {
  const own = calls.filter((call) => isOfSameCopy(call, first))
  const handled = own.find(({ handled }) => handled?.outcome === 'ok')?.handled
  const other = calls.find((call) => !isOfSameCopy(call, first) && isBefore(first.began, call.began))
  const isEarlier = done !== null && isBefore(done, first.began)
  const isOwn = done !== null && !isEarlier && (other === undefined || isBefore(done, other.began))
  return isOwn ? done : (handled ?? (own.at(-1) ?? first).began)
}

/** Messages behind it that had been acknowledged by then, and that the group had not been given before it failed. */
function* waiting(
  ledger: Ledger,
  { first, place, from }: Failing,
  { isMeant, lines }: Behind,
  by: Moment,
): Iterable<Acknowledged> {
  const subscribed = ledger.groups.get(first.group, place.topic)
  if (subscribed === undefined) return
  const { entries, furthest, settled } = lines(place.topic, place.partition)
  const start = firstAbove(entries.length, (index) => furthest[index] ?? 0, place.offset)
  const end = settled.noneBefore(by)
  for (let index = start; index < end; index++) {
    const entry = entries[index] as Acknowledged
    const { position, op, operation, settled } = entry
    if (position.offset <= place.offset || !isMeant(operation) || !isBefore(settled, by)) continue
    if (!isEntitled(subscribed, operation)) continue
    const given = ledger.deliveries.of(first.group, op)[0]
    if (given === undefined || isBefore(from, given.began)) yield entry
  }
}

/** Messages of one partition that were acknowledged, in no order. */
interface Line {
  readonly entries: readonly Acknowledged[]
  /** The greatest offset up to each of them. */
  readonly furthest: readonly number[]
  readonly settled: Reach
}

interface Acknowledged extends Occupant {
  readonly operation: Operation
  readonly settled: Settled
}

type Lines = (topic: string, partition: number) => Line

/** Each is made when it is first asked for. */
function acknowledgedLines({ positions, operations }: Ledger): Lines {
  const lines = new Map<string, Line>()
  const made = (topic: string, partition: number): Line => {
    const entries = positions.within(topic, partition).flatMap((occupant): readonly Acknowledged[] => {
      const operation = operations.get(occupant.op)
      const settled = operation === undefined ? null : outcomeOf(operation)
      if (operation === undefined || settled === null || !isAcknowledged(operation)) return NONE
      return [{ ...occupant, operation, settled }]
    })
    let most = Number.NEGATIVE_INFINITY
    const furthest = entries.map(({ position }) => {
      most = Math.max(most, position.offset)
      return most
    })
    return { entries, furthest, settled: reachOf(entries.map(({ settled }) => settled.seq)) }
  }
  return (topic, partition) => {
    const key = join(topic, partition)
    const line = lines.get(key) ?? made(topic, partition)
    lines.set(key, line)
    return line
  }
}

const isAny = (found: Iterable<unknown>): boolean => {
  for (const _ of found) return true
  return false
}

function judgeHold(ledger: Ledger, report: Report, failing: Failing, behind: Behind): void {
  const overtaker = behind.next
  if (isAny(waiting(ledger, failing, behind, failing.until))) report.occasion()
  if (overtaker === null) return
  const { op, first, from, until } = failing
  // Another member may have been told by the system what this one was told late.
  if (failing.isToldLate && overtaker.consumer !== first.consumer) return
  report.violation({
    message: `${overtaker.op} was delivered to ${overtaker.consumer} while ${op} before it was failing in group ${first.group}, ${behind.claim}`,
    expected: `nothing behind ${op} until it is handled or dead-lettered`,
    actual: `${op} failed at ${from.at} ms and was not settled before ${until.at} ms, ${overtaker.op} came at ${overtaker.began.at} ms`,
    group: first.group,
    node: overtaker.node,
    at: overtaker.began.at,
    op: overtaker.op,
    others: [op],
    consumer: overtaker.consumer,
  })
}

/** To go on takes no longer than one attempt on the wire, when nothing else is in the way. */
function judgeGoOn(ledger: Ledger, report: Report, failing: Failing, behind: Behind): void {
  const { run } = ledger
  const { op, first, from, until } = failing
  const longest = run.claims.publish.timeout + run.slack
  if (until.at - from.at < longest || mayRedeliver(ledger, first.group, from.at, until.at)) return
  if (ledger.subscriptions.wasOpen(first, from.at, until.at)) return
  const idle = idleSpans(ledger, failing).filter((span) => span.to.at - span.from.at >= longest)
  const isAsked = isAny(waiting(ledger, failing, behind, from)) && (behind.next !== null || idle.length > 0)
  if (isAsked) report.occasion()
  for (const span of idle) {
    const waiter = stillWaiting(ledger, failing, behind, span)
    if (waiter === null) continue
    if (!isAsked) report.occasion()
    report.violation({
      message: `${waiter} waited behind ${op}, which was failing in group ${first.group}, ${behind.claim}`,
      expected: `${waiter} handled while ${op} waits for its next attempt`,
      actual: `nothing behind ${op} was handled for ${rounded(span.to.at - span.from.at)} ms`,
      op: waiter,
      others: [op],
      consumer: first.consumer,
      group: first.group,
      node: first.node,
      at: span.to.at,
    })
    return
  }
}

interface Span {
  readonly from: Moment
  readonly to: Moment
}

/** While the message was failing: when its member had no other one in hand. */
function idleSpans({ deliveries }: Ledger, { op, first, from, until }: Failing): Span[] {
  const spans: Span[] = []
  let free = from
  for (const one of deliveries.all) {
    if (one.consumer !== first.consumer || one.op === op || !isBefore(one.began, until)) continue
    if (one.handled !== null && isBefore(one.handled, from)) continue
    if (isBefore(free, one.began)) spans.push({ from: free, to: one.began })
    // One that never ends keeps its member busy.
    if (one.handled === null) return spans
    if (isBefore(free, one.handled)) free = one.handled
  }
  if (isBefore(free, until)) spans.push({ from: free, to: until })
  return spans
}

/** One that waited for all of that time. */
function stillWaiting(ledger: Ledger, failing: Failing, behind: Behind, span: Span): string | null {
  for (const waiter of waiting(ledger, failing, behind, span.from)) {
    if (behind.isHeld(waiter, failing, span)) continue
    const given = ledger.deliveries.of(failing.first.group, waiter.op)[0]
    if (given === undefined || isBefore(span.to, given.began) || given.began.seq === span.to.seq) return waiter.op
  }
  return null
}
