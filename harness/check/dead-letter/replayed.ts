import type { EventOf } from '../../history/event.ts'
import type { Detect } from '../detect.ts'
import type { Report } from '../report.ts'
import type { Letter } from '../tracker/dead-letters.ts'
import type { Ledger } from '../tracker/ledger.ts'
import type { Replay } from '../tracker/replays.ts'
import { counted } from '../tracker/timing.ts'

/**
 * dead-letter/7: a replayed dead letter is the original message, marked; whoever fails to handle dead letters makes no
 * further ones of them, and goes on.
 */
export const replayed: Detect = (ledger, report) => ({
  end(complete) {
    if (!complete) return
    for (const replay of ledger.replays.all) judgeReplay(ledger, report, replay)
    judgeNested(ledger, report)
    judgeReaders(ledger, report)
  },
})

function judgeReplay(ledger: Ledger, report: Report, { name, topic, node, began, ended }: Replay): void {
  if (ended === null || ended.error !== undefined) return
  const letters = new Map<string, Letter[]>()
  // A publish that seemed to fail is tried again, and what it stored may lie there twice: as of any publish.
  const mayDouble = ledger.replays.isTroubled(name)
  for (const letter of ledger.deadLetters.all()) {
    const { op, found } = letter
    if (op === null || found === null || ledger.operations.get(op)?.topic !== topic) continue
    letters.set(op, [...(letters.get(op) ?? []), letter])
  }
  for (const [op, of] of letters) {
    const before = of.filter((letter) => wasThere(ledger, letter, began.seq))
    const stored = ledger.replays.stored(op)
    if (before.length === 0) continue
    report.occasion()
    const about = { op, node, at: ended.at }
    if (stored.length < before.length || (stored.length > of.length && !mayDouble)) {
      report.violation({
        ...about,
        message: `the dead letter of ${op} was ${stored.length === 0 ? 'not replayed as marked' : 'not replayed once'}`,
        expected: `${counted(before.length, 'message')} marked as replayed in ${topic}, one for each dead letter`,
        actual: counted(stored.length, 'message'),
      })
    }
    for (const copy of stored) judgeCopy(ledger, report, { op, node, topic, copy })
  }
}

/** Whether the dead letter certainly lay there when the replay began. */
function wasThere({ run, deadLetters }: Ledger, { op, group, seq }: Letter, began: number): boolean {
  if (run.witness === 'live') return seq < began
  const told = op === null || group === null ? null : deadLetters.reportedAt(group, op)
  return told !== null && told.seq < began
}

interface Copy {
  readonly op: string
  readonly node: string
  readonly topic: string
  readonly copy: EventOf<'stored'>
}

function judgeCopy({ operations }: Ledger, report: Report, { op, node, topic, copy }: Copy): void {
  const original = operations.get(op)?.content
  const about = { op, node, at: copy.at }
  for (const what of ['key', 'value', 'headers'] as const) {
    if (original === undefined || original[what] === copy.content[what]) continue
    report.violation({
      ...about,
      message: `${op} was replayed with ${what === 'headers' ? 'other headers' : `another ${what}`}`,
      expected: original[what],
      actual: copy.content[what],
    })
  }
  if (copy.position.topic === topic) return
  const message = `${op} was replayed to another topic than it came from`
  report.violation({ ...about, message, expected: topic, actual: copy.position.topic })
}

function judgeNested({ replays }: Ledger, report: Report): void {
  for (const { op, fields, position, at } of replays.nested) {
    report.violation({
      message: `a consumer that reads dead letters dead-lettered that of ${op ?? 'a message'} again`,
      expected: 'what cannot be handled to stay where it lies',
      actual: `a dead letter of ${fields['original_topic'] ?? 'it'} in ${position.topic}`,
      at,
      ...(op === null ? {} : { op }),
    })
  }
}

/** A reader whose last call has ended badly and who got nothing more has stopped where others still lay. */
function judgeReaders(ledger: Ledger, report: Report): void {
  const { run, replays, deadLetters, nodes } = ledger
  const ends = new Map(replays.handled.map((end) => [end.delivery, end]))
  const got = new Map<string, Set<number>>()
  const last = new Map<string, EventOf<'deliver'>>()
  for (const call of replays.read) {
    const key = `${call.consumer}/${call.topic}`
    if (call.position !== undefined) got.set(key, (got.get(key) ?? new Set()).add(call.position.offset))
    last.set(key, call)
  }
  for (const { consumer, position } of replays.passed) got.get(`${consumer}/${position.topic}`)?.add(position.offset)
  const most = 1 + (run.claims.handling?.retries ?? 0)
  for (const [key, call] of last) {
    const end = ends.get(call.delivery)
    const outcome = end?.outcome
    const until = nodes.goneAt(call.node)?.at ?? ledger.now().at
    // What is next is read after a commit, and both may take their time.
    const isSoonOver = until - (end?.at ?? until) < 2 * run.claims.publish.timeout + run.slack
    const isFailed = outcome === 'permanent' || (outcome === 'retryable' && call.attempt >= most)
    const next = deadLetters
      .all()
      .find(
        ({ found }) =>
          found?.position.topic === call.topic &&
          found.position.offset > (call.position?.offset ?? Number.POSITIVE_INFINITY),
      )
    if (!isFailed || isSoonOver || next === undefined || got.get(key)?.has(next.found?.position.offset ?? -1) === true)
      continue
    report.violation({
      message: `${call.consumer}, which reads dead letters, stands still behind that of ${call.op ?? 'a message'}, which it could not handle`,
      expected: `the next one, of ${next.op ?? 'a message'}, to be handed to it`,
      actual: `nothing after ${call.at} ms`,
      node: call.node,
      group: call.group,
      at: call.at,
      ...(call.op === null ? {} : { op: call.op }),
    })
  }
}
