import { isOrdered } from '../../history/ranks.ts'
import type { Check, Report } from '../check.ts'
import type { Position } from '../event.ts'
import { type GroupOnTopic, startsAtEarliest } from '../tracker/groups.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { join, listIn } from '../tracker/moment.ts'
import { isAcknowledged, type Operation } from '../tracker/operations.ts'
import { inWords } from '../tracker/positions.ts'
import { judgeSentOrder, type Reached, reachedOf } from './sent-order.ts'

/** ordering/2: like ordering/1, but over a whole partition, whatever the keys, or over a whole topic if a total order is claimed. */
export const wide: Check = {
  clause: 'ordering/2',
  file: import.meta.url,
  detect: (ledger, report) => ({
    // A publish may be acknowledged after its message was delivered, hence at the end.
    end() {
      const byTopic = new Map<string, Operation[]>()
      for (const operation of ledger.operations.all()) {
        if (isAcknowledged(operation)) listIn(byTopic, operation.topic).push(operation)
      }
      for (const [topic, operations] of byTopic) {
        const groups = ledger.groups
          .on(topic)
          .map((group) => ({ group, reached: reachedOf(ledger, operations, group) }))
        for (const { group, reached } of groups) judgeGroup(ledger, report, group, reached)
        if (ledger.run.claims.ordering === 'total') judgeAgreement(report, groups)
      }
    },
  }),
}

interface Placed extends Reached {
  readonly place: Position
}

/** Where each of them was taken from, if the bus has positions and their order is known. */
const placesOf = ({ positions }: Ledger, reached: readonly Reached[]): readonly Placed[] =>
  reached.flatMap((one) => {
    const place = positions.from(one.operation.op, one.first.position)
    return place === null || !isOrdered(place) ? [] : [{ ...one, place }]
  })

function judgeGroup(ledger: Ledger, report: Report, subscribed: GroupOnTopic, reached: readonly Reached[]): void {
  const total = ledger.run.claims.ordering === 'total'
  const placed = placesOf(ledger, reached)
  const lines = new Map<string, Reached[]>()
  const lined: readonly (readonly [number | 'all', Reached])[] = total
    ? reached.map((one) => ['all', one])
    : placed.map((one) => [one.place.partition, one])
  for (const [line, one] of lined) listIn(lines, join(line, one.operation.producer)).push(one)
  const alike = total ? `to ${subscribed.topic}` : `to one partition of ${subscribed.topic}`
  for (const line of lines.values()) judgeSentOrder(ledger, report, line, alike)
  // A member that asks for everything may take a latest group back to what lies before.
  if (startsAtEarliest(subscribed)) judgePositions(report, subscribed, placed)
}

/** First deliveries of a partition follow its positions, whichever producer sent the messages. */
function judgePositions(report: Report, { group, topic }: GroupOnTopic, placed: readonly Placed[]): void {
  const furthest = new Map<number, Placed>()
  for (const one of placed.toSorted((before, after) => before.first.began.seq - after.first.began.seq)) {
    const { partition } = one.place
    const known = furthest.get(partition)
    if (known === undefined || known.place.offset <= one.place.offset) {
      furthest.set(partition, one)
      continue
    }
    // Those of one producer have been reported already.
    if (known.operation.producer === one.operation.producer) continue
    const [sooner, later] = [one.operation.op, known.operation.op]
    report.violation({
      message: `${later} came before ${sooner} in group ${group}, although it is stored behind it (overtaking redelivery)`,
      expected: `the messages of ${topic}/${partition} in the order of their positions`,
      actual: [known, one]
        .map((it) => `${it.operation.op} from ${inWords(it.place)} at ${it.first.began.at} ms`)
        .join(', '),
      op: later,
      others: [sooner],
      consumer: known.first.consumer,
      positions: [known.place, one.place],
      group,
      node: known.first.node,
      at: one.first.began.at,
    })
  }
}

interface Group {
  readonly group: GroupOnTopic
  readonly reached: readonly Reached[]
}

/** A total order is the same one for all groups. */
function judgeAgreement(report: Report, groups: readonly Group[]): void {
  const [reference, ...others] = groups.toSorted((one, other) => other.reached.length - one.reached.length)
  if (reference === undefined) return
  const firsts = new Map(reference.reached.map(({ operation, first }) => [operation.op, first]))
  for (const { reached } of others) {
    let latest: Reached | null = null
    for (const one of reached.toSorted((before, after) => before.first.began.seq - after.first.began.seq)) {
      const there = firsts.get(one.operation.op)
      if (there === undefined) continue
      const before = latest === null ? undefined : firsts.get(latest.operation.op)
      if (latest !== null) report.occasion()
      if (latest === null || before === undefined || before.began.seq < there.began.seq) latest = one
      else report.violation(disagreeing(latest, one, reference.group.group))
    }
  }
}

function disagreeing(earlier: Reached, later: Reached, reference: string) {
  const { op: first } = earlier.operation
  const { op: second } = later.operation
  const { consumer, group, node, began } = later.first
  return {
    message: `group ${group} got ${first} before ${second}, and group ${reference} got them in the opposite order (overtaking redelivery)`,
    expected: 'the same order in all groups',
    actual: `${first}, ${second} in ${group}; ${second}, ${first} in ${reference}`,
    op: second,
    others: [first],
    consumer,
    group,
    node,
    at: began.at,
  }
}
