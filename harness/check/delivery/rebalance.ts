import { idOf } from '../../history/ranks.ts'
import type { Check, Report } from '../check.ts'
import { type GroupOnTopic, isEntitled } from '../tracker/groups.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isBefore } from '../tracker/moment.ts'
import { isAcknowledged, type Operation } from '../tracker/operations.ts'
import type { Occupant } from '../tracker/positions.ts'
import { createResumptions, type Resumption } from '../tracker/resumptions.ts'

/** delivery/10: when a partition moves from one member to another, no pending message is lost. */
export const rebalance: Check = {
  clause: 'delivery/10',
  file: import.meta.url,
  detect: (ledger, report) => {
    const resumptions = createResumptions(ledger)
    return {
      takes: resumptions.takes,
      step: resumptions.step,
      end(complete) {
        const closing = ledger.phases.began('close')
        if (!complete || ledger.phases.began('drain') === null || closing === null) return
        const told = new Set<string>()
        for (const resumption of resumptions.all()) {
          const { group, topic, consumer, before } = resumption
          const subscribed = ledger.groups.get(group, topic)
          if (consumer === before || subscribed === undefined) continue
          if (ledger.groups.live(group, topic, closing).length > 0)
            judge(ledger, report, { resumption, subscribed, told })
        }
      },
    }
  },
}

interface Judged {
  readonly resumption: Resumption
  readonly subscribed: GroupOnTopic
  /** Messages that were reported as lost, by group and op. */
  readonly told: Set<string>
}

function judge(ledger: Ledger, report: Report, { resumption, subscribed, told }: Judged): void {
  const { group, topic, partition } = resumption
  for (const { position, op } of ledger.positions.within(topic, partition)) {
    const operation = ledger.operations.get(op)
    if (operation === undefined || !isUnderWay(ledger, resumption, operation) || !isEntitled(subscribed, operation))
      continue
    report.occasion()
    if (
      position.offset >= resumption.place.offset ||
      isAccountedFor(ledger, resumption, op) ||
      told.has(`${group} ${op}`)
    )
      continue
    told.add(`${group} ${op}`)
    report.violation(lost(ledger, resumption, { op, position }))
  }
}

/** Acknowledged, and not done, when the partition became the new member's own. */
function isUnderWay({ outcomes }: Ledger, { group, since }: Resumption, operation: Operation): boolean {
  if (!isAcknowledged(operation) || !isBefore(operation.began, since)) return false
  const done = outcomes.doneAt(group, operation.op)
  return done === null || !isBefore(done, since)
}

/** Finally done, or delivered to a member again: what followed is not due to the rebalance. */
function isAccountedFor({ outcomes, deliveries }: Ledger, { group, since }: Resumption, op: string): boolean {
  if (outcomes.doneAt(group, op) !== null || outcomes.mayBeDropped(group, op)) return true
  return deliveries.of(group, op).some(({ began }) => isBefore(since, began))
}

function lost({ deliveries }: Ledger, resumption: Resumption, { op, position }: Occupant) {
  const { group, topic, partition, before, consumer, first } = resumption
  const last = deliveries.of(group, op).at(-1)
  const had = last === undefined ? `${before} had not received it` : `${last.consumer} was handling it`
  return {
    message: `${op} was lost to group ${group} when ${topic}/${partition} moved from ${before} to ${consumer}: ${had}, and no consumer received it again`,
    expected: `${op} at ${idOf(position)} handled by ${consumer}, or dead-lettered`,
    actual: `${consumer} started with ${first.op ?? 'a message'} at ${idOf(resumption.place)}, at ${first.began.at} ms`,
    op,
    others: [first.op],
    consumer,
    positions: [position],
    group,
    node: first.node,
    at: first.began.at,
  }
}
