import type { Check, Report } from '../check.ts'
import { mayRedeliver } from '../tracker/causes.ts'
import { type GroupOnTopic, startsAtEarliest } from '../tracker/groups.ts'
import { isTakenBefore } from '../tracker/in-time.ts'
import type { Ledger } from '../tracker/ledger.ts'
import type { Poison, PoisonLetter } from '../tracker/poisons.ts'
import { inWords } from '../tracker/positions.ts'
import { instant } from '../tracker/timing.ts'
import { wrongFields } from './true-fields.ts'

/** dead-letter/5: an unreadable record is dead-lettered with its bytes unchanged, then committed, and the group continues. */
export const poison: Check = {
  clause: 'dead-letter/5',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end(complete) {
      // Without a witness none was stored.
      if (!complete) return
      for (const one of ledger.poisons.all) {
        for (const letter of ledger.poisons.letters(one)) judgeLetter(ledger, report, one, letter)
        for (const group of ledger.groups.on(one.position.topic)) judgeGroup(ledger, report, one, group)
      }
    },
  }),
}

function judgeLetter(ledger: Ledger, report: Report, { position, value }: Poison, { found, at }: PoisonLetter): void {
  const { fields, content } = found
  const wrong = [
    ...(content.key === 'null' ? [] : [{ what: 'key', expected: 'null', actual: content.key }]),
    ...(content.value === value ? [] : [{ what: 'value', expected: value, actual: content.value }]),
    // No clause says how often an unreadable record is tried.
    ...wrongFields(ledger, found, null).filter(({ what }) => what !== 'attempts'),
  ]
  for (const { what, expected, actual } of wrong) {
    report.violation({
      message: `the dead letter of the unreadable record at ${inWords(position)} has a wrong ${what}`,
      expected: `${what}: ${expected}`,
      actual: `${what}: ${actual}`,
      positions: [position],
      at,
      ...(fields['original_group'] === undefined ? {} : { group: fields['original_group'] }),
    })
  }
}

function judgeGroup(ledger: Ledger, report: Report, one: Poison, subscribed: GroupOnTopic): void {
  const { group } = subscribed
  const letters = ledger.poisons.letters(one, group)
  if (letters.length === 0) {
    judgeMissing(ledger, report, one, subscribed)
    return
  }
  report.occasion()
  if (letters.length > 1 && !mayRedeliver(ledger, group, one.at, lastAt(ledger, one, { group, letters }))) {
    report.violation({
      ...aboutOf(one, group),
      message: `the unreadable record at ${inWords(one.position)} has ${letters.length} dead letters in ${group} (dead letter double)`,
      expected: 'one dead letter in the group',
      actual: `${letters.length}, and no redelivery on record`,
    })
  }
  judgeCommit(ledger, report, one, group)
}

/** Dead letters that are read after the run have no time: they were stored before the group passed the record. */
function lastAt(
  { run, commits, phases, now }: Ledger,
  { position }: Poison,
  { group, letters }: { readonly group: string; readonly letters: readonly PoisonLetter[] },
): number {
  if (run.witness !== 'after') return Math.max(...letters.map(({ at }) => at))
  return (commits.passed(group, position) ?? phases.began('close') ?? now()).at
}

const aboutOf = ({ position, at }: Poison, group: string) => ({ positions: [position], group, at })

/** Owed in a group that goes on living, or has gone past it; one that may have begun behind it owes nothing. */
function judgeMissing(ledger: Ledger, report: Report, one: Poison, subscribed: GroupOnTopic): void {
  const { group, topic } = subscribed
  const { phases, groups, commits, run } = ledger
  const passed = commits.passed(group, one.position)
  const end = phases.began('close') ?? ledger.now()
  const isLive = phases.began('drain') !== null && groups.live(group, topic, end).length > 0
  if (run.claims.delivery === 'at-most-once' || !startsAtEarliest(subscribed) || !(isLive || passed !== null)) return
  report.occasion()
  report.violation({
    ...aboutOf(one, group),
    ...(passed === null ? {} : { at: passed.at }),
    message: `${group} did not dead-letter the unreadable record at ${inWords(one.position)} (dead letter missing)`,
    expected: `one dead letter of it for ${group}, with its bytes`,
    actual: `no dead letter; ${group} ${passed === null ? 'has not moved past the record' : `committed past the record at ${instant(passed.at)} ms`}`,
  })
}

function judgeCommit(ledger: Ledger, report: Report, one: Poison, group: string): void {
  const advance = ledger.commits.passed(group, one.position)
  const dead = ledger.poisons.takenAt(one, group)
  if (advance === null || dead === null || ledger.run.claims.delivery === 'at-most-once') return
  if (isTakenBefore(ledger, { group, position: one.position }, { dead, advance })) return
  report.violation({
    ...aboutOf(one, group),
    at: advance.at,
    message: `${group} committed past the unreadable record at ${inWords(one.position)} before its dead letter was accepted (early commit)`,
    expected: 'the dead letter is accepted first, then the position is committed',
    actual: `committed at ${advance.at} ms, accepted at ${dead.at} ms`,
  })
}
