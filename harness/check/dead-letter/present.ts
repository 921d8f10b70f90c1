import type { Check, Report } from '../check.ts'
import type { EventOf } from '../event.ts'
import { mayBeStoredTwice, mayRedeliver } from '../tracker/causes.ts'
import type { Letter } from '../tracker/dead-letters.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isBefore, join } from '../tracker/moment.ts'
import { inWords, samePosition } from '../tracker/positions.ts'

/**
 * dead-letter/1: a message that failed for good has a dead letter in its group, and only one unless a redelivery explains more; one that
 * the adapter reports is stored.
 */
export const present: Check = {
  clause: 'dead-letter/1',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end(complete) {
      if (!complete || ledger.phases.began('drain') === null) return
      const seen = new Set<string>()
      for (const delivered of ledger.deliveries.all) {
        const { group, op } = delivered
        if (op === null || !ledger.outcomes.isTerminal(delivered) || seen.has(join(group, op))) continue
        seen.add(join(group, op))
        judge(ledger, report, op, delivered)
      }
      if (ledger.run.witness === 'none') return
      for (const { event } of ledger.deadLetters.reported) judgeReported(ledger, report, event)
    },
  }),
}

function judge(ledger: Ledger, report: Report, op: string, failed: Delivered): void {
  const { group, node, handled } = failed
  report.occasion()
  report.kind(handled?.outcome === 'permanent' ? 'rejected for good' : 'out of attempts')
  const letters = ledger.deadLetters.of(group, op)
  const about = {
    expected: `one dead letter of ${op} for group ${group}`,
    op,
    group,
    node,
    at: handled?.at ?? failed.began.at,
  }
  if (letters.length === 0 && !isUnsettled(ledger, op, failed)) {
    const message = `${op} failed for good in group ${group}, and there is no dead letter of it (dead letter missing)`
    report.violation({
      ...about,
      message,
      actual: `attempt ${failed.attempt} was rejected as ${handled?.outcome}, then nothing`,
    })
  } else if (letters.length > 1 && !isExplained(ledger, op, failed, letters)) {
    const message = `${op} failed for good once in group ${group}, but has ${letters.length} dead letters (dead letter double)`
    report.violation({ ...about, message, actual: `${letters.length} dead letters, and no redelivery on record` })
  }
}

/**
 * The message was finally handled, is still being handled, was not taken up again by any member, or was skipped for a good
 * reason by the member that received it after its dead letter was prevented: a member does not know what another gave up.
 */
function isUnsettled(ledger: Ledger, op: string, { group, topic, handled, began }: Delivered): boolean {
  const { deliveries, outcomes, groups, phases, passes } = ledger
  const passed = passes.warrantedAt(group, op)
  const since = handled ?? began
  if (passed !== null && isBefore(since, passed) && mayRedeliver(ledger, group, since.at, passed.at)) return true
  const last = deliveries.of(group, op).at(-1)
  const until = phases.began('close') ?? ledger.now()
  return (
    deliveries.handledOk(group, op) !== null ||
    (last !== undefined && !outcomes.isTerminal(last)) ||
    groups.live(group, topic, until).length === 0
  )
}

function isExplained(ledger: Ledger, op: string, failed: Delivered, letters: readonly Letter[]): boolean {
  const from = failed.handled?.at ?? failed.began.at
  const operation = ledger.operations.get(op)
  const failures = ledger.deliveries.of(failed.group, op).filter(ledger.outcomes.isTerminal).length
  const until =
    ledger.run.witness === 'after' ? reportedUntil(ledger, failed, op) : Math.max(...letters.map(({ at }) => at))
  return (
    failures >= letters.length ||
    (operation !== undefined && mayBeStoredTwice(ledger, operation)) ||
    mayRedeliver(ledger, failed.group, from, until)
  )
}

/** Dead letters that are read after the run have no time: they were stored before the group passed their message. */
function reportedUntil({ commits, positions, phases, now }: Ledger, { group, handled }: Delivered, op: string): number {
  const passed = positions.of(op).map((position) => commits.passed(group, position)?.at ?? null)
  const end = phases.began('close')?.at ?? now().at
  const latest = Math.max(handled?.at ?? 0, ...passed.map((at) => at ?? end))
  return Math.min(latest, end)
}

function judgeReported(
  ledger: Ledger,
  report: Report,
  { group, node, consumer, position, at }: EventOf<'dead-lettered'>,
): void {
  report.occasion()
  const op = ledger.positions.opAt(position)
  if (op !== null && ledger.deadLetters.of(group, op).length > 0) return
  const poison = ledger.poisons.all.find((one) => samePosition(one.position, position))
  if (poison !== undefined && ledger.poisons.letters(poison, group).length > 0) return
  report.violation({
    message: `${consumer} reported that the dead letter of ${op ?? `the message at ${inWords(position)}`} was accepted, and there is none for group ${group} (dead letter missing)`,
    expected: 'a report only of a dead letter that the dead-letter topic accepted',
    actual: 'no dead letter in the system',
    op,
    positions: [position],
    consumer,
    group,
    node,
    at,
  })
}
