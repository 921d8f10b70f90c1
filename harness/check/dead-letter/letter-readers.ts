import type { Report } from '../check.ts'
import type { EventOf, Position } from '../event.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { join, listIn } from '../tracker/moment.ts'
import { placeOf, samePosition } from '../tracker/positions.ts'
import { counted } from '../tracker/timing.ts'

type Call = EventOf<'deliver'>

/** Calls of one reader with one dead letter, in order. */
interface Reading {
  readonly calls: readonly Call[]
  /** It was handled, or had failed for good. */
  readonly isOver: boolean
  /** When it first failed for good, by its own number of tries or as counted, ms; null while it had not. */
  readonly failedAt: number | null
}

/** A consumer that reads dead letters tries each as often as claimed, and then continues, whatever else it does with it. */
export function judgeReaders(ledger: Ledger, report: Report): void {
  const calls = new Map<string, Call[]>()
  for (const call of ledger.redrives.read) listIn(calls, join(call.consumer, call.topic)).push(call)
  for (const read of calls.values()) {
    const readings = readingsOf(ledger, read)
    for (const reading of readings.values()) judgeTries(ledger, report, reading)
    const last = read.at(-1)
    const reading = last === undefined ? undefined : readings.get(letterOf(last))
    const tried = [...readings.values()].filter(({ isOver }) => !isOver)
    if (last !== undefined && reading !== undefined) judgeStanding(ledger, report, { read, last, reading, tried })
  }
}

const letterOf = ({ position, op }: Call): string => (position === undefined ? join('of', op ?? '') : placeOf(position))

/** Where no tries are claimed there may be any number. */
const mostTries = ({ run }: Ledger): number => 1 + (run.claims.handling?.retries ?? Number.POSITIVE_INFINITY)

function readingsOf(ledger: Ledger, read: readonly Call[]): ReadonlyMap<string, Reading> {
  const ends = new Map(ledger.redrives.handled.map((end) => [end.delivery, end]))
  const byLetter = new Map<string, Call[]>()
  for (const call of read) listIn(byLetter, letterOf(call)).push(call)
  return new Map(
    [...byLetter].map(([letter, calls]) => {
      const failed = failedAt(ledger, calls, ends)
      const isHandled = calls.some(({ delivery }) => ends.get(delivery)?.outcome === 'ok')
      return [letter, { calls, failedAt: failed, isOver: failed !== null || isHandled }]
    }),
  )
}

function failedAt(
  ledger: Ledger,
  calls: readonly Call[],
  ends: ReadonlyMap<string, EventOf<'handled'>>,
): number | null {
  let failures = 0
  for (const { delivery, attempt } of calls) {
    const end = ends.get(delivery)
    if (end === undefined || end.outcome === 'ok') continue
    failures += 1
    const isLast = Math.max(failures, attempt) >= mostTries(ledger)
    if (end.outcome === 'permanent' || isLast) return end.at
  }
  return null
}

/** Calls after a redelivery because of a fault or a stall do not count. */
function judgeTries(ledger: Ledger, report: Report, { calls }: Reading): void {
  const [first, last] = [calls[0], calls.at(-1)]
  const most = mostTries(ledger)
  if (first === undefined || last === undefined || calls.length <= most) return
  const { run, faults, stalls } = ledger
  const from = first.at - run.claims.consume.session
  const roles = ['consume', 'dead-letter'] as const
  if (roles.some((role) => faults.active(role, from, last.at)) || stalls.touch(from, last.at)) return
  report.violation({
    message: `${first.consumer}, which reads dead letters, received that of ${first.op ?? 'a message'} too often`,
    expected: `at most ${counted(most, 'call')}, and then the next dead letter`,
    actual: `${counted(calls.length, 'call')}, from ${first.at} ms to ${last.at} ms`,
    ...about(first),
  })
}

interface Standing {
  readonly read: readonly Call[]
  readonly last: Call
  readonly reading: Reading
  /** Those that are neither handled nor given up. */
  readonly tried: readonly Reading[]
}

/** Whether a dead letter that is still being tried holds back the next one, as is claimed. */
function holds({ run, operations }: Ledger, { calls }: Reading, next: string | null, until: number): boolean {
  const { handling, consume, publish } = run.claims
  const [first, latest] = [calls[0], calls.at(-1)]
  const wait = handling === undefined ? 0 : handling.cap * handling.jitter.high
  if (latest === undefined || until - latest.at > wait + 2 * publish.timeout + run.slack) return false
  if (consume.behindFailure !== 'hold-key') return consume.behindFailure === 'hold'
  const [one, other] = [operations.get(first?.op ?? null), operations.get(next)]
  return one?.hasKey === true && other?.hasKey === true && one.content.key === other.content.key
}

/** A reader is stuck if its last dead letter failed for good and it received none of those behind it. */
function judgeStanding(ledger: Ledger, report: Report, { read, last, reading, tried }: Standing): void {
  const { run, redrives, deadLetters, nodes } = ledger
  const until = nodes.goneAt(last.node)?.at ?? ledger.now().at
  const offset = last.position?.offset ?? Number.POSITIVE_INFINITY
  const next = deadLetters
    .all()
    .find(({ found }) => found?.position.topic === last.topic && found.position.offset > offset)
  const since = next === undefined ? null : deadLetters.thereFrom(next)
  if (reading.failedAt === null || next === undefined || since === null) return
  // It is read after a commit, and both may take some time.
  if (until - Math.max(reading.failedAt, since.at) < 2 * run.claims.publish.timeout + run.slack) return
  if (tried.some((one) => holds(ledger, one, next.op, until))) return
  const passed = redrives.passed.filter(
    ({ consumer, position }) => consumer === last.consumer && position.topic === last.topic,
  )
  const isNext = (position: Position | undefined): boolean =>
    position !== undefined && next.found !== null && samePosition(position, next.found.position)
  if ([...read, ...passed].some(({ position }) => isNext(position))) return
  report.violation({
    message: `${last.consumer}, which reads dead letters, is stuck behind that of ${last.op ?? 'a message'}, which it could not handle`,
    expected: `the next one, of ${next.op ?? 'a message'}, to be delivered to it`,
    actual: `nothing behind it after ${reading.failedAt} ms`,
    ...about(last),
    op: last.op,
    others: [next.op],
  })
}

const about = ({ node, consumer, group, op, at }: Call) => ({ node, consumer, group, at, op })
