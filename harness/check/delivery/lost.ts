/** The kind of a loss, and its place in the producer's sequence. */
import type { Ledger } from '../tracker/ledger.ts'
import { isAcknowledged, type Operation } from '../tracker/operations.ts'

/** A group that was given a later message of the partition has passed over this one; else it has only not seen it. */
export function anomalyOf({ positions, deliveries }: Ledger, group: string, op: string): 'lost write' | 'unseen' {
  const passed = positions.of(op).some(({ topic, partition, offset }) => {
    return positions
      .within(topic, partition)
      .some((later) => later.position.offset > offset && deliveries.of(group, later.op).length > 0)
  })
  return passed ? 'lost write' : 'unseen'
}

/** A slow reader may leave out the end of what was written, and one that began late its beginning; never the middle. */
export function lostPart(
  { operations, deliveries }: Ledger,
  group: string,
  { op, producer, topic }: Operation,
): string {
  const written = [...operations.everything()].filter(
    (one) => one.producer === producer && one.topic === topic && isAcknowledged(one),
  )
  const here = written.findIndex((one) => one.op === op)
  const read = written.map((one) => deliveries.of(group, one.op).length > 0)
  const first = read.indexOf(true)
  const last = read.lastIndexOf(true)
  if (first === -1) return `with everything that ${producer} sent to ${topic}`
  const part = here < first ? 'prefix' : here > last ? 'postfix' : 'middle'
  return `lost ${part} of what ${producer} sent to ${topic}`
}
