import { trialGroupOf } from '../../history/op.ts'
import type { Check, Report } from '../check.ts'
import { type Advance, type CommitLine, upTo } from '../tracker/commits.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { join } from '../tracker/moment.ts'

/** delivery/9: the system keeps the positions of a group under its full name, including the namespace, and as far as the adapter reports. */
export const namespaces: Check = {
  clause: 'delivery/9',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end(complete) {
      const subscribed = new Set([...ledger.groups.consumers()].map(({ group }) => group))
      // It subscribes while a bus closes.
      subscribed.add(trialGroupOf(ledger.run.prefix))
      const told = [...ledger.commits.by('adapter')]
      const found = [...ledger.commits.by('witness')]
      for (const line of ledger.run.witness === 'none' ? told : found) {
        report.occasion()
        if (!subscribed.has(line.group)) report.violation(foreign(ledger, line))
      }
      // A witness that finds no position at all cannot see them.
      if (complete && found.length > 0) {
        judgeMissing(ledger, report, { told, found })
        judgeShort(report, { told, found })
      }
    },
  }),
}

function foreign({ run }: Ledger, { group, topic, partition, advances }: CommitLine) {
  const why = group.startsWith(run.prefix) ? '' : `, and its name lacks the namespace ${run.prefix}`
  return {
    message: `the system has a committed position of ${topic}/${partition} for group ${group}, but no consumer subscribed as that group${why}`,
    expected: 'positions under the full names of the groups that subscribed',
    actual: `a position of ${group}`,
    group,
    at: advances[0]?.at ?? 0,
  }
}

interface Lines {
  readonly told: readonly CommitLine[]
  readonly found: readonly CommitLine[]
}

/** The first commit behind a message that the group was given. A system need not store one that only says where the group begins. */
function firstBehind(
  { deliveries, positions }: Ledger,
  { group, topic, partition, advances }: CommitLine,
): Advance | undefined {
  const given = positions.within(topic, partition).filter(({ op }) => deliveries.of(group, op).length > 0)
  return advances.find(({ next }) => given.some(({ position }) => position.offset < next))
}

/** What was committed stands in the system under another name, then, if at all. */
function judgeMissing(ledger: Ledger, report: Report, { told, found }: Lines): void {
  const known = new Set(found.map(({ group }) => group))
  const missing = new Set<string>()
  for (const line of told) {
    const { group, topic, partition } = line
    const first = known.has(group) || missing.has(group) ? undefined : firstBehind(ledger, line)
    if (first === undefined) continue
    missing.add(group)
    report.violation({
      message: `${group} committed ${topic}/${partition} up to ${upTo(first)}, but the system has no position under this name`,
      expected: `a position of ${group}, as the witness finds those of ${[...known].join(', ')}`,
      actual: 'none',
      group,
      at: first.at,
    })
  }
}

/** The system has less than what was reported last. */
function judgeShort(report: Report, { told, found }: Lines): void {
  const known = new Map(found.map((line) => [nameOf(line), line]))
  for (const line of told) {
    const last = line.advances.at(-1)
    const there = known.get(nameOf(line))
    const has = there?.advances.at(-1)
    // Of a position that went back, a witness that looks again and again may not have seen the greatest.
    if (last === undefined || has === undefined || has.next >= last.next || line.latest !== last.next) continue
    // Nor does it know the order of an id that it does not list.
    if (Number.isNaN(there?.latest)) continue
    const { group, topic, partition } = line
    report.violation({
      message: `${group} reported a commit of ${topic}/${partition} up to ${upTo(last)}, but the system has only ${upTo(has)}`,
      expected: `a position of ${upTo(last)}, or further`,
      actual: upTo(has),
      group,
      at: last.at,
    })
  }
}

const nameOf = ({ group, topic, partition }: CommitLine): string => join(group, topic, partition)
